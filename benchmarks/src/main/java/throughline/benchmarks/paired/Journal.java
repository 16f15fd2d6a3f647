package throughline.benchmarks.paired;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What a primary has begun and has receipts for, on stable storage before it goes on. */
final class Journal {
    static final String BEGUN = "begun";
    static final String ACKNOWLEDGED = "acknowledged";

    private final Path file;
    private long begun = -1;
    private long acknowledged = -1;

    private Journal(Path file) {
        this.file = file;
    }

    static Journal read(Path file) throws IOException {
        Journal journal = new Journal(file);
        if (Files.exists(file)) {
            String text = Files.readString(file);
            // A last line without an end was not written to its end.
            text.substring(0, text.lastIndexOf('\n') + 1).lines().forEach(journal::take);
        }
        return journal;
    }

    /** The highest version that was begun; -1 for none. */
    long begun() {
        return begun;
    }

    /** The highest version that there is a receipt for; -1 for none. */
    long acknowledged() {
        return acknowledged;
    }

    void append(String what, long version) throws IOException {
        String line = what + " " + version;
        Files.writeString(
                file,
                line + "\n",
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND,
                StandardOpenOption.DSYNC);
        take(line);
    }

    private void take(String line) {
        String[] words = line.split(" ", -1);
        long version = Long.parseLong(words[1]);
        if (words[0].equals(BEGUN)) {
            begun = version;
        } else {
            acknowledged = version;
        }
    }
}
