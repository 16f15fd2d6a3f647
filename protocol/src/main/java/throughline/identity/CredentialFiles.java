package throughline.identity;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The files that {@code --cert}, {@code --key}, {@code --password-file} and {@code --trust} name.
 *
 * @param certificate without one there is no identity
 * @param key only beside a certificate, where its file does not hold the key
 * @param passwordFile without one, the variable {@value Password#VARIABLE} is looked at
 * @param trust without one, the platform's authorities are trusted
 */
public record CredentialFiles(
        Optional<Path> certificate, Optional<Path> key, Optional<Path> passwordFile, Optional<Path> trust) {

    public CredentialFiles {
        if (key.isPresent() && certificate.isEmpty()) {
            throw new IllegalArgumentException("a key's file without a certificate's; accepted are both, or none");
        }
    }

    /** Reads all of them once; see {@link IdentityFiles}. */
    public Credentials read() throws UnusableIdentityException {
        Optional<Password> password = password();
        try {
            Optional<Identity> identity = certificate.isEmpty()
                    ? Optional.empty()
                    : Optional.of(IdentityFiles.identity(certificate.get(), key, password));
            Trust authorities = trust.isEmpty() ? Trust.platform() : IdentityFiles.trust(trust.get(), password);
            return new Credentials(identity, authorities);
        } finally {
            password.ifPresent(Password::close);
        }
    }

    List<Path> all() {
        return Stream.of(certificate, key, passwordFile, trust)
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<Password> password() throws UnusableIdentityException {
        return passwordFile.isEmpty()
                ? Password.fromEnvironment(System.getenv())
                : Optional.of(Password.fromFile(passwordFile.get()));
    }
}
