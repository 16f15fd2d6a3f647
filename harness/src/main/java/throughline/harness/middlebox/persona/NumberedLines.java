package throughline.harness.middlebox.persona;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import throughline.protocol.Excerpt;

/**
 * What a file says, line by line, without empty lines and comments. UTF-8; a comment is a line that begins with {@code #}.
 *
 * @param file how it is called in messages
 */
record NumberedLines(String file, List<Line> lines) {
    static final int MOST_BYTES = 64 << 10;
    static final int MOST_LINES = 1000;
    static final int LONGEST_LINE = 2000;

    /** @param number from 1, comments and empty lines counted */
    record Line(int number, String text) {}

    static NumberedLines of(Path path) throws UnusableFileException {
        String file = Excerpt.of(path.toString());
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            // A pipe would hold us up until somebody writes.
            throw new UnusableFileException(file + (Files.isDirectory(path) ? " is a folder" : " is a pipe or a device")
                    + "; accepted is a text file");
        }
        try (InputStream in = Files.newInputStream(path)) {
            return of(file, in);
        } catch (IOException unreadable) {
            throw new UnusableFileException(
                    file + " cannot be read (" + unreadable.getClass().getSimpleName() + "); accepted is a text file");
        }
    }

    static NumberedLines of(String file, InputStream in) throws IOException, UnusableFileException {
        byte[] bytes = in.readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
            throw new UnusableFileException(
                    file + " is longer than " + MOST_BYTES + " bytes; accepted is a shorter file");
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notText) {
            throw new UnusableFileException(file + " is not UTF-8; accepted is a text file");
        }
        // Some editors begin a file with a byte order mark.
        return of(file, text.startsWith("\ufeff") ? text.substring(1) : text);
    }

    private static NumberedLines of(String file, String text) throws UnusableFileException {
        List<Line> lines = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\r?\n", -1)) {
            number++;
            if (number > MOST_LINES) {
                throw new UnusableFileException(
                        file + " has more than " + MOST_LINES + " lines; accepted is a shorter file");
            }
            if (line.length() > LONGEST_LINE) {
                throw UnusableFileException.at(
                        file, number, "longer than " + LONGEST_LINE + " characters; accepted is a shorter one");
            }
            if (!line.isBlank() && !line.startsWith("#")) {
                lines.add(new Line(number, line.strip()));
            }
        }
        return new NumberedLines(file, lines);
    }
}
