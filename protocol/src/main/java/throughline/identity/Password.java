package throughline.identity;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** The password of a key store or of an encrypted key. Whoever makes one closes it, which wipes it from memory. */
public final class Password implements AutoCloseable {
    /** The environment variable that every command reads where no {@code --password-file} is given. */
    public static final String VARIABLE = "THROUGHLINE_PASSWORD";

    private static final int LONGEST = 1024;

    private final char[] characters;
    private boolean closed;

    private Password(char[] characters) {
        this.characters = characters;
    }

    /** Copies; the caller wipes its own array. */
    public static Password of(char[] characters) {
        return new Password(characters.clone());
    }

    /**
     * The first line of a file in UTF-8, without its line end; the rest is not read.
     *
     * @throws UnusableIdentityException if the file cannot be read, or its first line is empty, longer than 1 KiB or not
     *     UTF-8
     */
    public static Password fromFile(Path file) throws UnusableIdentityException {
        byte[] start = new byte[0];
        try (InputStream in = Files.newInputStream(file)) {
            start = in.readNBytes(LONGEST + 2);
            return new Password(firstLine(start));
        } catch (IOException unreadable) {
            throw FileContent.unreadable(file, unreadable);
        } catch (UnusableIdentityException unusable) {
            throw unusable.in(file);
        } finally {
            Arrays.fill(start, (byte) 0);
        }
    }

    /** What {@value #VARIABLE} holds; absent where it is not set or empty. */
    public static Optional<Password> fromEnvironment(Map<String, String> environment) {
        return Optional.ofNullable(environment.get(VARIABLE))
                .filter(value -> !value.isEmpty())
                .map(value -> new Password(value.toCharArray()));
    }

    /** A copy, which the caller wipes. */
    public synchronized char[] characters() {
        if (closed) {
            throw new IllegalStateException("The password is closed.");
        }
        return characters.clone();
    }

    /** What to say when it opened nothing: some of Java's decryption takes ASCII only, and fails as if it were wrong. */
    synchronized UnusableIdentityException doesNotOpen(String what, Exception cause) {
        boolean ascii = CharBuffer.wrap(characters).chars().allMatch(character -> character < 0x80);
        return new UnusableIdentityException(
                "The password does not open " + what
                        + (ascii ? "." : ", or cannot be used by Java because it has characters outside ASCII."),
                cause);
    }

    @Override
    public synchronized void close() {
        closed = true;
        Arrays.fill(characters, '\0');
    }

    @Override
    public String toString() {
        return "Password";
    }

    private static char[] firstLine(byte[] start) throws UnusableIdentityException {
        int length = 0;
        while (length < start.length && start[length] != '\n' && start[length] != '\r') {
            length++;
        }
        if (length == 0) {
            throw new UnusableIdentityException("The first line is empty; the password is expected there.");
        }
        if (length > LONGEST) {
            throw new UnusableIdentityException(
                    "The first line is longer than " + LONGEST + " bytes, which no password may be.");
        }
        try {
            CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(start, 0, length));
            char[] characters = new char[decoded.remaining()];
            decoded.get(characters);
            Arrays.fill(decoded.array(), '\0');
            return characters;
        } catch (CharacterCodingException notText) {
            throw new UnusableIdentityException("The first line is not UTF-8 text.", notText);
        }
    }
}
