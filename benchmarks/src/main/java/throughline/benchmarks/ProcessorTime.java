package throughline.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/** What the process took from the processors for one operation: time on the clock also counts what others do meanwhile. */
public final class ProcessorTime implements InternalProfiler {
    static final String LABEL = "processor";

    private final OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private long begin;

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        begin = process.getProcessCpuTime();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        double microseconds = (process.getProcessCpuTime() - begin) / 1000.0;
        return List.of(
                new ScalarResult(LABEL, microseconds / iteration.getBatchSize(), "µs/op", AggregationPolicy.AVG));
    }

    @Override
    public String getDescription() {
        return "processor time of the process";
    }
}
