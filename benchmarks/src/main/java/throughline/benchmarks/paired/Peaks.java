package throughline.benchmarks.paired;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;

/** The most that this JVM has had so far. */
final class Peaks {
    private Peaks() {}

    /** Threads, and MiB of heap, live or not. */
    static String words() {
        long heap = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
        return ManagementFactory.getThreadMXBean().getPeakThreadCount() + " threads, " + (heap >> 20) + " MiB of heap";
    }
}
