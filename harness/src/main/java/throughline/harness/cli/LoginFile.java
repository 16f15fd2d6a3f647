package throughline.harness.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import throughline.harness.middlebox.Credentials;

/** What clients have to present to a box, from a file: it would show in a list of processes as an argument. */
final class LoginFile {
    private static final int MOST_BYTES = 4096;

    private LoginFile() {}

    /** The user name on the first line and the password on the second, in UTF-8. */
    static Credentials read(String option, Path file) throws BadInputException {
        List<String> lines;
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            lines = bytes.length > MOST_BYTES
                    ? List.of()
                    : new String(bytes, UTF_8).lines().toList();
        } catch (IOException unreadable) {
            throw new BadInputException(option + " \"" + file + "\" cannot be read ("
                    + unreadable.getClass().getSimpleName() + "); accepted is a text file");
        }
        if (lines.size() < 2 || lines.get(0).isBlank()) {
            throw new BadInputException(option + " \"" + file
                    + "\"; accepted is a file of two lines, the user name and the password, up to " + MOST_BYTES
                    + " bytes");
        }
        try {
            return new Credentials(lines.get(0), lines.get(1));
        } catch (IllegalArgumentException colon) {
            throw new BadInputException(option + " \"" + file + "\": " + colon.getMessage());
        }
    }
}
