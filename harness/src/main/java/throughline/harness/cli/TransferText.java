package throughline.harness.cli;

import java.time.Duration;
import throughline.harness.report.Amounts;

/**
 * How far a transfer is, on one line: a bar, the share, the rate, what remains, and what did not have to be sent.
 *
 * @param label what is transferred
 * @param done bytes of disk content dealt with
 * @param total bytes of disk content to be dealt with
 * @param saved bytes that compression kept off the wire
 */
record TransferText(String label, long done, long total, long saved, Duration elapsed) {
    private static final int BAR = 16;
    private static final int LONGEST_LABEL = 12;

    /** Before that, a rate is a guess. */
    private static final Duration SETTLED = Duration.ofMillis(500);

    String line() {
        StringBuilder line = new StringBuilder(shortLabel()).append(' ').append(bar());
        line.append(String.format(" %3d %%", percent()));
        line.append(" of ").append(Amounts.bytes(total));
        if (elapsed.compareTo(SETTLED) >= 0 && done > 0) {
            line.append(", ").append(Amounts.rate(done, elapsed));
            line.append(", ").append(Amounts.time(remaining())).append(" left");
        }
        if (saved > 0) {
            line.append(", ").append(Amounts.bytes(saved)).append(" compressed away");
        }
        return line.toString();
    }

    private String shortLabel() {
        return label.length() <= LONGEST_LABEL ? label : label.substring(0, LONGEST_LABEL - 1) + "…";
    }

    private String bar() {
        int full = (int) (BAR * percent() / 100);
        return "[" + "#".repeat(full) + "-".repeat(BAR - full) + "]";
    }

    private long percent() {
        return total <= 0 ? 0 : Math.min(100, (long) (done * 100.0 / total));
    }

    private Duration remaining() {
        double left = Math.max(0, total - done) / (double) done;
        return Duration.ofMillis((long) (elapsed.toMillis() * left));
    }
}
