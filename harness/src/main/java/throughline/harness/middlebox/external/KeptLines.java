package throughline.harness.middlebox.external;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last lines that a process printed, on both streams. */
final class KeptLines {
    private static final int MOST = 1_000;
    private static final int LONGEST = 2_000;

    private final Deque<String> lines = new ArrayDeque<>();

    /** Returns when the stream has ended. */
    void keep(InputStream in) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                add(line);
            }
        } catch (IOException ended) {
            // With the process.
        }
    }

    private synchronized void add(String line) {
        if (lines.size() == MOST) {
            lines.removeFirst();
        }
        lines.add(line.length() > LONGEST ? line.substring(0, LONGEST) : line);
    }

    /** In order, at most so many. */
    synchronized List<String> last(int count) {
        return lines.stream().skip(Math.max(0, lines.size() - count)).toList();
    }
}
