package throughline.primary.dial;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.StringTokenizer;

/** Credentials for one proxy from a file, read again for each connection, so that a new password is seen. */
public final class ProxyCredentialsFile {
    private static final int LONGEST = 64 << 10;

    private ProxyCredentialsFile() {}

    /**
     * A file with the user name on its first line and the password on its second, in UTF-8.
     *
     * @throws UncheckedIOException when asked, if the file cannot be read or is no such file; its content is not told
     */
    public static ProxyCredentialsSource twoLines(Path file) {
        return () -> {
            List<String> lines = read(file).lines().toList();
            if (lines.size() < 2 || lines.get(0).isBlank()) {
                throw bad(file, "two lines, the user name and the password");
            }
            return Optional.of(new ProxyCredentials(lines.get(0), lines.get(1)));
        };
    }

    /**
     * A {@code .netrc}: the entry for the proxy's host, else the default entry. An entry without a login or password counts
     * as none; a missing file is an empty one.
     */
    public static ProxyCredentialsSource netrc(Path file, String proxyHost) {
        return () -> Files.exists(file) ? entry(read(file), proxyHost) : Optional.empty();
    }

    private static Optional<ProxyCredentials> entry(String text, String host) {
        Deque<String> words = words(text);
        while (!words.isEmpty()) {
            String word = words.pop();
            boolean ours = word.equals("default") || (word.equals("machine") && host.equalsIgnoreCase(words.poll()));
            if (ours) {
                return pair(words);
            }
        }
        return Optional.empty();
    }

    private static Optional<ProxyCredentials> pair(Deque<String> words) {
        Optional<String> login = Optional.empty();
        Optional<String> password = Optional.empty();
        while (!words.isEmpty()
                && !words.peek().equals("machine")
                && !words.peek().equals("default")) {
            String word = words.pop();
            Optional<String> value = Optional.ofNullable(words.peek());
            switch (word) {
                case "login" -> login = taken(words, value);
                case "password" -> password = taken(words, value);
                case "account" -> taken(words, value);
                default -> {}
            }
        }
        Optional<String> secret = password;
        return login.flatMap(user -> secret.map(known -> new ProxyCredentials(user, known)));
    }

    private static Optional<String> taken(Deque<String> words, Optional<String> value) {
        words.poll();
        return value;
    }

    /** Without comments, and without macros: their lines go up to an empty one. */
    private static Deque<String> words(String text) {
        Deque<String> words = new ArrayDeque<>();
        boolean macro = false;
        for (String line : text.lines().toList()) {
            String bare = line.strip();
            macro = (macro && !bare.isEmpty()) || bare.startsWith("macdef");
            if (!macro && !bare.startsWith("#")) {
                StringTokenizer tokens = new StringTokenizer(bare);
                while (tokens.hasMoreTokens()) {
                    words.add(tokens.nextToken());
                }
            }
        }
        return words;
    }

    private static String read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LONGEST + 1);
            if (bytes.length > LONGEST) {
                throw bad(file, "at most " + LONGEST + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the proxy credentials in " + file + " cannot be read", e);
        }
    }

    private static UncheckedIOException bad(Path file, String accepted) {
        String message = "the proxy credentials in " + file + "; accepted is " + accepted;
        return new UncheckedIOException(message, new IOException(message));
    }
}
