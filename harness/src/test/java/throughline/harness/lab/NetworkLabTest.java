package throughline.harness.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A lab is only made in a process of its own: so each test looks at what one, or the only one, of these did and left. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NetworkLabTest {
    private static final long LIMIT_SECONDS = 60;

    private final Map<String, String> facts = new HashMap<>();
    private String machineBefore = "";
    private String machineAfter = "";

    @BeforeAll
    void lookAtALab() throws IOException {
        LabSupport.missing()
                .ifPresent(part -> assumeThat(false).as(part.sentence()).isTrue());
        machineBefore = machine();
        Process probe = start("facts");
        try (BufferedReader said = probe.inputReader()) {
            said.lines().forEach(line -> facts.put(line.split("\t", 2)[0], line.split("\t", 2)[1]));
        }
        machineAfter = machine();
        assertThat(facts).as("what the probe said").containsKey("done");
    }

    @Test
    void itsProcessHasLeftTheMachinesNetwork() {
        assertThat(facts.get("isolated")).isEqualTo("true");
        assertThat(facts.get("network")).startsWith("net:[").isNotEqualTo(LabProcess.network());
        assertThat(facts.get("links before")).isEqualTo(facts.get("links after"));
    }

    /** 198.18.0.0 and 198.19.0.0 for the first lab, 198.18.1.0 and 198.19.1.0 for the second; there is no 0.0.0.0. */
    @Test
    void noNetworkHasARouteOutOfTheLab() {
        assertThat(facts.get("routes of the primary"))
                .isEqualTo("000012C6 lab0, 000013C6 lab0, 000112C6 lab1, 000113C6 lab1");
        assertThat(facts.get("routes of the router")).isEqualTo("000012C6 primary, 000013C6 replica");
        assertThat(facts.get("routes of the replica")).isEqualTo("000012C6 router, 000013C6 router");
    }

    @Test
    void whatIsStartedOnTheRouterStaysThere() {
        assertThat(facts.get("routes of a thread that the router started"))
                .isEqualTo(facts.get("routes of the router"));
        assertThat(facts.get("routes of a program that the router started"))
                .isEqualTo(facts.get("routes of the router"));
    }

    @Test
    void theRouterPassesPacketsOnAsTheyAre() {
        assertThat(facts.get("the replica sees")).isEqualTo("198.18.0.2");
        assertThat(facts.get("the other replica sees")).isEqualTo("198.18.1.2");
        assertThat(facts.get("forwarding of the primary")).isEqualTo("0");
    }

    @Test
    void labsDoNotMeet() {
        assertThat(facts.get("addresses")).isEqualTo("/198.18.0.2 /198.18.1.2");
        assertThat(facts.get("the router to another replica")).contains("unreachable");
    }

    @Test
    void theRouterTurnsConnectionsRoundToABox() {
        assertThat(facts.get("turned round")).isEqualTo("198.18.0.2");
        assertThat(facts.get("box to replica")).isEqualTo("198.19.0.1");
    }

    @Test
    void closingTakesTheLinksAndThreadsAway() {
        assertThat(facts.get("links")).contains("lab0", "lab1");
        assertThat(facts.get("links after")).doesNotContain("lab");
        assertThat(facts.get("threads after")).isEmpty();
    }

    @Test
    void aLabThatIsRefusedAPartLeavesNothing() {
        assertThat(facts.get("a part refused")).isEqualTo("The links of a lab cannot be made: no more links");
        assertThat(facts.get("links after a part was refused")).isEqualTo(facts.get("links before"));
    }

    @Test
    void theMachineIsAsItWas() {
        assertThat(machineAfter).isEqualTo(machineBefore);
    }

    @Test
    void inAProcessThatReachesTheMachinesNetworkThereIsNoLab() {
        assertThatThrownBy(NetworkLab::open)
                .isInstanceOf(LabUnavailableException.class)
                .hasMessageContaining("a process that can reach no other network");
    }

    /** Of the two Java processes, the one that a user starts and the one in a network of its own. */
    @ParameterizedTest
    @ValueSource(strings = {"the outer", "the inner"})
    void aKilledRunLeavesNothing(String killed) throws Exception {
        Process outer = start("outer", "hold");
        await(outer, "open");
        List<ProcessHandle> all = new ArrayList<>(outer.descendants().toList());
        ProcessHandle inner = all.stream()
                .filter(process -> process.info().command().orElse("").endsWith("/java"))
                .findFirst()
                .orElseThrow();
        Set<String> networks = networks(inner.pid());
        assertThat(all).as("setpriv or unshare, Java and sleep").hasSize(3);
        assertThat(networks).as("of primary, router and replica").hasSize(3).doesNotContain(LabProcess.network());

        (killed.equals("the outer") ? outer.toHandle() : inner).destroyForcibly();

        for (ProcessHandle process : all) {
            process.onExit().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        }
        outer.onExit().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        // The kernel gives their numbers to whoever makes one next, which may be another run for a moment.
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        Set<String> left = networksInUse();
        while (!Collections.disjoint(left, networks) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(1_000_000);
            left = networksInUse();
        }
        assertThat(left).doesNotContainAnyElementsOf(networks);
        assertThat(machine()).isEqualTo(machineBefore);
        await(start("outer", "brief"), "done");
    }

    @Test
    void whoIsAskedToEndEndsInOrder() throws Exception {
        Process outer = start("outer", "hold");
        await(outer, "open");

        outer.toHandle().destroy();

        await(outer, "ended in order");
        assertThat(outer.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    private static Process start(String... words) throws IOException {
        List<String> command;
        if (words[0].equals("outer")) {
            command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    LabProbe.class.getName()));
            command.addAll(List.of(words));
        } else {
            command = LabProcess.command(LabProbe.class.getName(), List.of(words));
        }
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** Reads to the line of this name. */
    private static void await(Process process, String name) throws IOException {
        BufferedReader said = process.inputReader();
        List<String> before = new ArrayList<>();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith(name + "\t")) {
                return;
            }
            before.add(line);
        }
        throw new AssertionError("it ended without \"" + name + "\": " + before);
    }

    /** All that a lab could change and must not: links, forwarding, named namespaces, mounts, routes, temporary files. */
    private static String machine() throws IOException {
        String links = Files.readAllLines(Path.of("/proc/self/net/dev")).stream()
                .filter(line -> line.contains(":"))
                .map(line -> line.substring(0, line.indexOf(':')).strip())
                .sorted()
                .collect(Collectors.joining(" "));
        return links
                + Files.readString(Path.of("/proc/sys/net/ipv4/ip_forward"))
                + names(Path.of("/run/netns"))
                + names(Path.of("/etc/netns"))
                + Files.readString(Path.of("/proc/self/mounts"))
                + Files.readString(Path.of("/proc/self/net/route"))
                + temporary(Path.of(System.getProperty("java.io.tmpdir")))
                + temporary(Path.of("/dev/shm"));
    }

    private static String temporary(Path folder) throws IOException {
        return names(folder)
                .lines()
                .filter(name -> name.contains(LabProbe.FILES))
                .collect(Collectors.joining("\n"));
    }

    private static String names(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return "";
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(Path::toString).sorted().collect(Collectors.joining("\n"));
        }
    }

    private static Set<String> networksInUse() throws IOException {
        Set<String> all = new TreeSet<>();
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            all.addAll(networks(process.pid()));
        }
        return all;
    }

    /** Of all its threads, as far as this user may know. */
    private static Set<String> networks(long process) throws IOException {
        Set<String> all = new TreeSet<>();
        Path threads = Path.of("/proc", String.valueOf(process), "task");
        try (Stream<Path> list = Files.list(threads)) {
            for (Path thread : list.toList()) {
                all.add(Files.readSymbolicLink(thread.resolve("ns/net")).toString());
            }
        } catch (IOException | RuntimeException goneOrOthers) {
            return all;
        }
        return all;
    }
}
