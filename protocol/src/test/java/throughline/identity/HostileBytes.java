package throughline.identity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** What the readers of keys and certificates owe to bytes from a stranger: they read them, or refuse in one sentence. */
final class HostileBytes {
    /** Of the seeds, so that what is behind it is read as well. */
    static final String PASSWORD = "sesame";

    private static final int LONGEST_SENTENCE = 1500;

    private HostileBytes() {}

    interface Reading {
        void read() throws UnusableIdentityException;
    }

    static void areReadOrRefused(Reading reading) {
        try {
            reading.read();
        } catch (UnusableIdentityException refused) {
            isOneLine(String.valueOf(refused.getMessage()));
        }
    }

    /** For sentences and for every toString: what a stranger writes must not break the line, nor fill the screen. */
    static void isOneLine(String text) {
        // Plain comparisons: an AssertJ assertion for each of them takes longer than the reader.
        if (text.length() > LONGEST_SENTENCE || text.chars().anyMatch(Character::isISOControl)) {
            throw new AssertionError("Longer than " + LONGEST_SENTENCE + ", or with a control character: " + text);
        }
    }

    static Password password() {
        return Password.of(PASSWORD.toCharArray());
    }

    static String pem(String label, byte[] der) {
        String base64 = new String(Base64.getMimeEncoder().encode(der), StandardCharsets.US_ASCII);
        return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    }

    static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
