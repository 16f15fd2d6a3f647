package throughline.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * What the measuring thread took from the processor for one operation. Time on the clock also counts what others do
 * meanwhile, and that of the process what the compiler does.
 */
public final class ProcessorTime implements InternalProfiler {
    static final String LABEL = "processor";

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private long begin;

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        begin = nanoseconds();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        double microseconds = (nanoseconds() - begin) / 1000.0;
        return List.of(
                new ScalarResult(LABEL, microseconds / iteration.getBatchSize(), "µs/op", AggregationPolicy.AVG));
    }

    @Override
    public String getDescription() {
        return "processor time of the measuring thread";
    }

    /** JMH calls a profiler on another thread than the one that it measures, and names that one so. */
    private long nanoseconds() {
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(Objects::nonNull)
                .filter(thread -> thread.getThreadName().contains("jmh-worker"))
                .mapToLong(ThreadInfo::getThreadId)
                .map(threads::getThreadCpuTime)
                .sum();
    }
}
