package throughline.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs both sides of {@link LeafMinting} in short forks that take turns, so that whatever else the machine does meets both,
 * and compares the medians of the processor time they took: {@code Comparison LIMIT ROUNDS}. Exit code 1 says that ours took more
 * than LIMIT times as long.
 */
public final class Comparison {
    // Counts, not seconds: on a busy machine seconds may end before the code is compiled.
    private static final int WARM_UP_LEAVES = 3000;
    private static final int MEASUREMENTS = 6;
    private static final int LEAVES = 400;

    private Comparison() {}

    public static void main(String[] arguments) throws RunnerException {
        double limit = Double.parseDouble(arguments[0]);
        int rounds = Integer.parseInt(arguments[1]);
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            // Who comes first changes: a machine that gets slower favours the first.
            boolean oursFirst = round % 2 == 0;
            List<Double> first = fork(oursFirst ? "ours" : "theirs");
            List<Double> second = fork(oursFirst ? "theirs" : "ours");
            ours.addAll(oursFirst ? first : second);
            theirs.addAll(oursFirst ? second : first);
            double ratio = median(first) / median(second);
            ratios.add(oursFirst ? ratio : 1 / ratio);
            say("round %d: ours %.2f times theirs", round + 1, ratios.get(round));
        }
        double ratio = median(ours) / median(theirs);
        say("ours    %s", spread(ours));
        say("theirs  %s", spread(theirs));
        say("ratio of the medians %.3f, of single rounds %s; the limit is %.2f", ratio, range(ratios), limit);
        System.exit(ratio <= limit ? 0 : 1);
    }

    /** Microseconds of processor time for one leaf, each the average over some. */
    private static List<Double> fork(String side) throws RunnerException {
        Options options = new OptionsBuilder()
                .include(LeafMinting.class.getName().replace(".", "\\.") + "\\." + side + "$")
                .forks(1)
                .warmupIterations(1)
                .warmupBatchSize(WARM_UP_LEAVES)
                .measurementIterations(MEASUREMENTS)
                .measurementBatchSize(LEAVES)
                .addProfiler(ProcessorTime.class)
                .verbosity(VerboseMode.SILENT)
                .build();
        List<Double> measured = new ArrayList<>();
        for (RunResult run : new Runner(options).run()) {
            for (BenchmarkResult fork : run.getBenchmarkResults()) {
                for (IterationResult iteration : fork.getIterationResults()) {
                    Result<?> processor = iteration.getSecondaryResults().get(ProcessorTime.LABEL);
                    measured.add(Objects.requireNonNull(processor).getScore());
                }
            }
        }
        return measured;
    }

    private static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static String spread(List<Double> values) {
        return String.format(Locale.ROOT, "%.0f µs, %s", median(values), range(values));
    }

    private static String range(List<Double> values) {
        return String.format(
                Locale.ROOT,
                "%.2f to %.2f",
                values.stream().mapToDouble(Double::doubleValue).min().orElseThrow(),
                values.stream().mapToDouble(Double::doubleValue).max().orElseThrow());
    }

    private static void say(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
