package throughline.harness.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;
import throughline.identity.CredentialFiles;
import throughline.identity.CredentialsSource;
import throughline.identity.UnusableIdentityException;

/** {@code --cert}, {@code --key}, {@code --password-file} and {@code --trust}: the same on every command. */
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

    boolean hasCertificate() {
        return certificate != null;
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
