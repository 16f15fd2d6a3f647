package throughline.harness.middlebox.persona;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import throughline.harness.middlebox.Adversity;
import throughline.harness.middlebox.AdversityKind;

/** A list of adversities: one a line as on the command line, such as {@code cut:4096:to-replica}; {@code #} begins a comment. */
public final class AdversityFile {
    private static final int MOST = 100;

    private AdversityFile() {}

    /** In the order of the file, which is the one in which they apply at the same byte. */
    public static List<Adversity> read(Path path) throws UnusableFileException {
        NumberedLines file = NumberedLines.of(path);
        List<Adversity> read = new ArrayList<>();
        for (NumberedLines.Line line : file.lines()) {
            try {
                read.add(AdversityKind.parse(line.text()));
            } catch (IllegalArgumentException wrong) {
                throw UnusableFileException.at(file.file(), line.number(), String.valueOf(wrong.getMessage()));
            }
            if (read.size() > MOST) {
                throw UnusableFileException.at(
                        file.file(), line.number(), "one adversity too many; accepted are up to " + MOST);
            }
        }
        if (read.isEmpty()) {
            throw new UnusableFileException(
                    file.file() + " has no adversity; accepted is one a line, such as cut:4096:to-replica");
        }
        return List.copyOf(read);
    }
}
