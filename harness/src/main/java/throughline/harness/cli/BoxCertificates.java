package throughline.harness.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import throughline.identity.CredentialFiles;
import throughline.identity.Credentials;
import throughline.identity.Identity;
import throughline.identity.Trust;
import throughline.identity.UnusableIdentityException;

/** What a box shows to either side, and whom it believes. */
final class BoxCertificates {
    @Option(
            names = "--cert",
            paramLabel = "FILE",
            description =
                    "What it shows to its clients: a tunnel with --tls-listen, a load balancer, an inspector with the"
                            + " replica's key (--when-demanded escrow). A PEM chain, with its key in the same file or in --key,"
                            + " or PKCS#12.")
    private @Nullable Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "The PEM key, where it is in a file of its own.")
    private @Nullable Path key;

    @Option(
            names = "--own-cert",
            paramLabel = "FILE",
            description = "What an inspector or load balancer presents to a replica that demands a client certificate.")
    private @Nullable Path ownCertificate;

    @Option(names = "--own-key", paramLabel = "FILE", description = "The PEM key of --own-cert.")
    private @Nullable Path ownKey;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "The password of PKCS#12 or of an encrypted key is its first line; without this option, the"
                    + " variable THROUGHLINE_PASSWORD.")
    private @Nullable Path passwordFile;

    @Option(
            names = "--trust",
            paramLabel = "FILE",
            description =
                    "Authorities that it trusts for the replica: a PEM bundle or PKCS#12. By default, those of the"
                            + " Java platform.")
    private @Nullable Path trust;

    Optional<Identity> shown() throws BadInputException {
        return identity("--key", certificate, key);
    }

    Optional<Identity> own() throws BadInputException {
        return identity("--own-key", ownCertificate, ownKey);
    }

    Trust trust() throws BadInputException {
        return read(Optional.empty(), Optional.empty()).trust();
    }

    private Optional<Identity> identity(String keyOption, @Nullable Path chain, @Nullable Path keyFile)
            throws BadInputException {
        if (chain == null && keyFile != null) {
            String option = keyOption.replace("key", "cert");
            throw new BadInputException(
                    keyOption + " without " + option + "; accepted is " + option + " FILE [" + keyOption + " FILE]");
        }
        return chain == null
                ? Optional.empty()
                : read(Optional.of(chain), Optional.ofNullable(keyFile)).identity();
    }

    private Credentials read(Optional<Path> chain, Optional<Path> keyFile) throws BadInputException {
        try {
            return new CredentialFiles(chain, keyFile, Optional.ofNullable(passwordFile), Optional.ofNullable(trust))
                    .read();
        } catch (UnusableIdentityException e) {
            throw new BadInputException(String.valueOf(e.getMessage()));
        }
    }
}
