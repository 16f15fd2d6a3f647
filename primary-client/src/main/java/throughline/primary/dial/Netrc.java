package throughline.primary.dial;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** User names and passwords by host, in a {@code .netrc} as curl reads it. */
public final class Netrc {
    private final CredentialText text;

    private Netrc(CredentialText text) {
        this.text = text;
    }

    /** A file that is read when it is asked, and again each time where it is a regular one. */
    public static Netrc in(Path file) {
        return new Netrc(new CredentialText(file));
    }

    /**
     * The entry for the proxy's host, else the default entry. An entry without a login or password counts as none.
     *
     * @throws UncheckedIOException when asked, if the file cannot be read or is no such file; its content is not told
     */
    public ProxyCredentialsSource source(String proxyHost) {
        return () -> {
            Deque<String> words = words(text.read());
            return find(words, proxyHost).isPresent() ? pair(words) : Optional.empty();
        };
    }

    /** Whether this host would get what is meant for any host. */
    public boolean hasOnlyDefaultFor(String proxyHost) {
        return find(words(text.read()), proxyHost).filter("default"::equals).isPresent();
    }

    /** The word that begins the entry; what is left are the words after it and its host. */
    private static Optional<String> find(Deque<String> words, String host) {
        while (!words.isEmpty()) {
            String word = words.pop();
            if (word.equals("default") || (word.equals("machine") && host.equalsIgnoreCase(words.poll()))) {
                return Optional.of(word);
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
    private Deque<String> words(String content) {
        Deque<String> words = new ArrayDeque<>();
        boolean macro = false;
        for (String line : content.lines().toList()) {
            String bare = line.strip();
            macro = (macro && !bare.isEmpty()) || bare.startsWith("macdef");
            if (!macro && !bare.startsWith("#")) {
                split(bare, words);
            }
        }
        return words;
    }

    private void split(String line, Deque<String> words) {
        int at = 0;
        while (at < line.length()) {
            if (Character.isWhitespace(line.charAt(at))) {
                at++;
            } else if (line.charAt(at) == '"') {
                at = quoted(line, at + 1, words);
            } else {
                int start = at;
                while (at < line.length() && !Character.isWhitespace(line.charAt(at))) {
                    at++;
                }
                words.add(line.substring(start, at));
            }
        }
    }

    /** Up to the closing quote; a backslash stands before what is meant literally, and before n, r and t. */
    private int quoted(String line, int start, Deque<String> words) {
        StringBuilder word = new StringBuilder();
        for (int at = start; at < line.length(); at++) {
            char next = line.charAt(at);
            if (next == '"') {
                words.add(word.toString());
                return at + 1;
            }
            if (next == '\\' && at + 1 < line.length()) {
                at++;
                char escaped = line.charAt(at);
                int control = "nrt".indexOf(escaped);
                word.append(control < 0 ? escaped : "\n\r\t".charAt(control));
            } else {
                word.append(next);
            }
        }
        throw text.bad("a closing quotation mark for every opening one");
    }
}
