package throughline.harness.cli;

import java.io.PrintWriter;
import java.time.Duration;

/**
 * One line that says how far something is: rewritten in place on a terminal, elsewhere a new line every few seconds.
 * Used from several threads.
 */
final class ProgressLine {
    private static final Duration EVERY = Duration.ofSeconds(5);
    private static final int WIDTH = 78;

    private final PrintWriter err;
    private final boolean interactive;
    private long lastNanos = System.nanoTime();
    private boolean shown;

    ProgressLine(Terminal terminal) {
        this.err = terminal.err();
        this.interactive = terminal.interactive();
    }

    synchronized void show(String text) {
        if (interactive) {
            String line = text.length() > WIDTH ? text.substring(0, WIDTH) : text;
            err.print("\r" + line + " ".repeat(WIDTH - line.length()));
            err.flush();
            shown = true;
        } else if (System.nanoTime() - lastNanos > EVERY.toNanos()) {
            err.println(text);
            lastNanos = System.nanoTime();
        }
    }

    /** Removes the line from a terminal. */
    synchronized void clear() {
        if (shown) {
            err.print("\r" + " ".repeat(WIDTH) + "\r");
            err.flush();
            shown = false;
        }
    }
}
