package throughline.identity;

import java.nio.file.Path;

/**
 * A key, a certificate or a password that cannot be used. The message is one sentence for whoever gave it: the file
 * where there is one, what was found in it, and what would be accepted. It never holds a key or a password.
 */
public final class UnusableIdentityException extends Exception {
    public UnusableIdentityException(String sentence) {
        super(sentence);
    }

    public UnusableIdentityException(String sentence, Throwable cause) {
        super(sentence, cause);
    }

    /** The same, said of a file: for sentences from code that sees bytes only. */
    UnusableIdentityException in(Path file) {
        return new UnusableIdentityException(file + ": " + getMessage(), this);
    }
}
