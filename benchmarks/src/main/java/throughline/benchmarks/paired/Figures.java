package throughline.benchmarks.paired;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Seconds of one side, round by round. */
final class Figures {
    private final List<Double> seconds = new ArrayList<>();

    void add(double value) {
        seconds.add(value);
    }

    double median() {
        List<Double> sorted = new ArrayList<>(seconds);
        Collections.sort(sorted);
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%.2f (%.2f to %.2f)", median(), Collections.min(seconds), Collections.max(seconds));
    }

    /** Of the last minute, over all processors. */
    static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }
}
