package throughline.primary.dial;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The text of a file with credentials, in UTF-8 without a byte order mark. A regular file is read each time; a pipe gives
 * its content once, so that is kept.
 */
final class CredentialText {
    private static final int LONGEST = 64 << 10;

    private final Path file;
    private @Nullable String kept;

    CredentialText(Path file) {
        this.file = file;
    }

    /** Blocks while a pipe is not closed at its other end, the first time. */
    synchronized String read() {
        if (kept != null) {
            return kept;
        }
        if (Files.isDirectory(file)) {
            throw unreadable("it is a folder", null);
        }
        String text = text(bytes());
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            kept = text;
        }
        return text;
    }

    /** What is in the file is not told. */
    UncheckedIOException bad(String accepted) {
        String message = "the proxy credentials in " + file + "; accepted is " + accepted;
        return new UncheckedIOException(message, new IOException(message));
    }

    private byte[] bytes() {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(LONGEST + 1);
        } catch (NoSuchFileException e) {
            throw unreadable("there is no such file", e);
        } catch (AccessDeniedException e) {
            throw unreadable("there is no permission to read it", e);
        } catch (IOException e) {
            throw unreadable("reading fails", e);
        }
    }

    private String text(byte[] bytes) {
        if (bytes.length > LONGEST) {
            throw bad("at most " + LONGEST + " bytes");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\ufeff") ? text.substring(1) : text;
        } catch (CharacterCodingException notUtf8) {
            throw bad("text in UTF-8");
        }
    }

    private UncheckedIOException unreadable(String why, @Nullable IOException cause) {
        String message = "the proxy credentials in " + file + " cannot be read: " + why;
        return new UncheckedIOException(message, cause == null ? new IOException(message) : cause);
    }
}
