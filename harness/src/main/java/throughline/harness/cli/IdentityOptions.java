package throughline.harness.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;
import throughline.identity.Identity;
import throughline.identity.IdentityFiles;
import throughline.identity.Password;
import throughline.identity.Trust;
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

    /** Absent when no {@code --cert} is given. */
    Optional<Identity> identity() throws BadInputException {
        if (certificate == null) {
            if (key != null) {
                throw new BadInputException(
                        "--key \"" + key + "\" without --cert; accepted is --cert FILE [--key FILE]");
            }
            return Optional.empty();
        }
        try {
            Optional<Password> password = password();
            try {
                return Optional.of(IdentityFiles.identity(certificate, Optional.ofNullable(key), password));
            } finally {
                password.ifPresent(Password::close);
            }
        } catch (UnusableIdentityException e) {
            throw new BadInputException(String.valueOf(e.getMessage()));
        }
    }

    Trust trust() throws BadInputException {
        if (trust == null) {
            return Trust.platform();
        }
        try {
            Optional<Password> password = password();
            try {
                return IdentityFiles.trust(trust, password);
            } finally {
                password.ifPresent(Password::close);
            }
        } catch (UnusableIdentityException e) {
            throw new BadInputException(String.valueOf(e.getMessage()));
        }
    }

    private Optional<Password> password() throws UnusableIdentityException {
        return passwordFile == null
                ? Password.fromEnvironment(System.getenv())
                : Optional.of(Password.fromFile(passwordFile));
    }
}
