package throughline.harness.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;
import throughline.identity.CredentialFiles;
import throughline.identity.CredentialsSource;
import throughline.identity.UnusableIdentityException;
import throughline.identity.revocation.RevocationPolicy;

/** Who this end is and whom it believes: the same options on every command. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields before they are read
final class IdentityOptions {
    @Option(
            names = "--cert",
            paramLabel = "FILE",
            description = "Own certificate: a PEM chain, with its key in the same file or in --key, or PKCS#12.")
    private Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "The PEM key, where it is in a file of its own.")
    private Path key;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "The password of PKCS#12 or of an encrypted key is its first line;"
                    + " without this option, the variable THROUGHLINE_PASSWORD.")
    private Path passwordFile;

    @Option(
            names = "--trust",
            paramLabel = "FILE",
            description = "Authorities to trust: a PEM bundle or PKCS#12. By default, those of the Java platform.")
    private Path trust;

    @Option(
            names = "--revocation",
            paramLabel = "POLICY",
            defaultValue = "off",
            description =
                    "Whether the other end's certificates may be revoked: required refuses those that nobody calls"
                            + " good, when-available those that somebody calls revoked, off does not ask (default:"
                            + " ${DEFAULT-VALUE}).")
    private String revocation;

    boolean hasCertificate() {
        return certificate != null;
    }

    RevocationPolicy revocation() throws BadInputException {
        return Choices.of(
                        "--revocation",
                        List.of(revocation),
                        List.of(RevocationPolicy.values()),
                        IdentityOptions::id,
                        given -> Arrays.stream(RevocationPolicy.values())
                                .filter(policy -> id(policy).equals(given))
                                .findFirst())
                .get(0);
    }

    private static String id(RevocationPolicy policy) {
        return policy.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Reads the files, and again when they have changed. */
    CredentialsSource source() throws BadInputException {
        if (key != null && certificate == null) {
            throw new BadInputException("--key \"" + key + "\" without --cert; accepted is --cert FILE [--key FILE]");
        }
        CredentialsSource source = CredentialsSource.files(new CredentialFiles(
                Optional.ofNullable(certificate),
                Optional.ofNullable(key),
                Optional.ofNullable(passwordFile),
                Optional.ofNullable(trust)));
        try {
            source.current();
            return source;
        } catch (UnusableIdentityException e) {
            throw new BadInputException(String.valueOf(e.getMessage()));
        }
    }
}
