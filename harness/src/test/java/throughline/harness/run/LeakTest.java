package throughline.harness.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import throughline.harness.topology.Topologies;
import throughline.harness.topology.Topology;
import throughline.harness.topology.TopologyGroup;

/** What is opened is closed: after 500 testbeds there are no more threads, sockets and folders than before. */
class LeakTest {
    private static final int TESTBEDS = 500;
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    /** Every topology but those whose seconds of silence would make this test the slowest of all. */
    private static final List<Topology> TOPOLOGIES = Topologies.of(TopologyGroup.IMITATED).stream()
            .filter(topology -> !topology.equals(Topologies.INSPECTOR_HANGING)
                    && !topology.equals(Topologies.INSPECTOR_HELLO_FORWARDING))
            .toList();

    @Test
    void fiveHundredTestbedsLeaveNothingBehind() throws IOException {
        assumeThat(DESCRIPTORS).as("Linux's list of open files").isDirectory();
        for (Topology topology : TOPOLOGIES) {
            openTryClose(topology); // starts what a process needs once
        }
        settle();
        Set<String> threads = threads();
        long sockets = sockets();

        for (int i = 0; i < TESTBEDS; i++) {
            openTryClose(TOPOLOGIES.get(i % TOPOLOGIES.size()));
        }

        settle();
        assertThat(threads()).isSubsetOf(threads);
        assertThat(sockets()).isLessThanOrEqualTo(sockets);
    }

    private static void openTryClose(Topology topology) {
        Path folder;
        try (Testbed bed = Testbed.open(topology)) {
            bed.tryPath();
            folder = bed.folder();
        }
        assertThat(folder).doesNotExist();
    }

    /** OkHttp's task runner and the JDK's own helpers end a little after their last work. */
    private static void settle() {
        Await.until(Duration.ofSeconds(5), () -> threads().isEmpty());
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("throughline") || name.startsWith("qtp") || name.startsWith("Ok"))
                .collect(Collectors.toSet());
    }

    private static long sockets() throws IOException {
        try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
            return descriptors.filter(LeakTest::isSocket).count();
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException e) {
            return false; // closed meanwhile: the listing's own
        }
    }
}
