package throughline.primary.dial;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Credentials for one proxy from a file, read again for each connection, so that a new password is seen. What is no regular
 * file, a pipe for one, is read once.
 */
public final class ProxyCredentialsFile {
    private ProxyCredentialsFile() {}

    /**
     * A file with the user name on its first line and the password on its second, in UTF-8.
     *
     * @throws UncheckedIOException when asked, if the file cannot be read or is no such file; its content is not told
     */
    public static ProxyCredentialsSource twoLines(Path file) {
        CredentialText text = new CredentialText(file);
        return () -> {
            List<String> lines = text.read().lines().toList();
            if (lines.size() < 2
                    || lines.get(0).isBlank()
                    || lines.stream().skip(2).anyMatch(line -> !line.isBlank())) {
                throw text.bad("two lines, the user name and the password");
            }
            return Optional.of(new ProxyCredentials(lines.get(0), lines.get(1)));
        };
    }

    /** What {@link Netrc} has for one proxy. */
    public static ProxyCredentialsSource netrc(Path file, String proxyHost) {
        return Netrc.in(file).source(proxyHost);
    }
}
