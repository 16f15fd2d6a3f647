package throughline.harness.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The lines of the README that lies in a folder of certificates, with another port in place of 8443. */
record PastedLines(String readme) {
    static PastedLines of(Path folder, int port) throws IOException {
        return new PastedLines(Files.readString(folder.resolve("README.md")).replace("8443", String.valueOf(port)));
    }

    /** The lines of shell blocks that run the program, perhaps behind a pipe. */
    List<String> running(String program) {
        return readme.lines()
                .filter(line -> line.startsWith(program + " ") || line.contains("| " + program + " "))
                .filter(line -> !line.startsWith("|"))
                .toList();
    }

    String only(String start) {
        List<String> lines =
                readme.lines().filter(line -> line.startsWith(start)).toList();
        if (lines.size() != 1) {
            throw new AssertionError("one line should start with " + start + ", these do: " + lines);
        }
        return lines.get(0);
    }

    /** What stands in the block of this language. */
    String block(String language) {
        String open = "```" + language + "\n";
        int start = readme.indexOf(open) + open.length();
        return readme.substring(start, readme.indexOf("```", start));
    }
}
