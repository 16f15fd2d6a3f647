package throughline.harness.report;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Amounts in words for people: rounded, with the unit that keeps the number short. */
public final class Amounts {
    private static final List<String> UNITS = List.of("KiB", "MiB", "GiB", "TiB");

    private Amounts() {}

    /** Three digits at most behind which the unit stands: {@code 512 bytes}, {@code 1.5 GiB}, {@code 64 MiB}. */
    public static String bytes(long count) {
        if (count < 1024) {
            return count == 1 ? "1 byte" : count + " bytes";
        }
        double value = count / 1024.0;
        int unit = 0;
        // 1023.5 would be rounded to 1024 of the smaller unit.
        while (value >= 1023.5 && unit < UNITS.size() - 1) {
            value /= 1024;
            unit++;
        }
        return number(value) + " " + UNITS.get(unit);
    }

    /** Of so many bytes in that time. */
    public static String rate(long count, Duration time) {
        return bytes(Math.round(count / Math.max(time.toNanos() / 1e9, 1e-3))) + "/s";
    }

    /** {@code 350 ms}, {@code 4 s}, {@code 2 min 5 s}, {@code 3 h 12 min}. */
    public static String time(Duration time) {
        if (time.toMillis() < 1000) {
            return time.toMillis() + " ms";
        }
        long seconds = Math.round(time.toMillis() / 1000.0);
        if (seconds < 60) {
            return seconds + " s";
        }
        return seconds < 3600
                ? seconds / 60 + " min " + seconds % 60 + " s"
                : seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
    }

    private static String number(double value) {
        String text = String.format(Locale.ROOT, value < 9.95 ? "%.1f" : "%.0f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }
}
