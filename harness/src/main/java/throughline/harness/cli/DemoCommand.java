package throughline.harness.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import throughline.harness.run.Attempt;
import throughline.harness.run.ExampleImage;
import throughline.harness.run.Testbed;
import throughline.harness.topology.Topologies;
import throughline.harness.topology.Topology;
import throughline.primary.diagnosis.Verdict;
import throughline.primary.diagnosis.Verdict.Works;

/** The story that Throughline began with, lived through on this machine: real sockets, real TLS, a real disk image. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Replicates a disk image through four paths; one fails, and the cause, proof and fix are shown.")
@SuppressWarnings("NullAway.Init") // picocli sets the field before it calls
final class DemoCommand implements Callable<Integer> {
    private static final Duration CANCELLED_WITHIN = Duration.ofMillis(900);

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Terminal terminal = Terminal.of(spec.commandLine());
        Path scratch = Files.createTempDirectory("throughline-demo-");
        Current current = new Current();
        CountDownLatch removed = new CountDownLatch(1);
        Thread interrupted = Interruption.thread(current::end, removed, CANCELLED_WITHIN);
        Interruption.add(interrupted);
        try {
            return tell(terminal, ExampleImage.make(scratch), current).code();
        } finally {
            Files.deleteIfExists(scratch.resolve("disk.img"));
            Files.deleteIfExists(scratch);
            removed.countDown();
            Interruption.remove(interrupted);
        }
    }

    private static ExitCode tell(Terminal terminal, ExampleImage image, Current current) throws IOException {
        Narrator say = new Narrator(terminal);
        say.line("A primary replicates " + image.description() + " to a replica that demands a client certificate.");
        boolean passed = true;
        int number = 1;
        for (Topology topology : List.of(Topologies.DIRECT, Topologies.RELAY, Topologies.TUNNEL)) {
            say.heading(number++ + ". " + topology.title());
            passed &= replicates(say, topology, image, current);
        }
        say.heading(number + ". an inspecting proxy, set up as administrators do: the primary trusts its authority");
        passed &= fails(say, image, current);
        say.heading("The same, with " + Testbed.REPLICA + " on the proxy's list of exempt destinations");
        passed &= replicates(say, Topologies.INSPECTOR_EXEMPT, image, current);
        if (current.ended) {
            return ExitCode.NEGATIVE;
        }
        say.line("");
        say.line(
                passed
                        ? "That is the whole story. Next: throughline matrix"
                        : "This is not how the story goes: something on this machine is different. See above.");
        return passed ? ExitCode.OK : ExitCode.FAILURE;
    }

    private static boolean replicates(Narrator say, Topology topology, ExampleImage image, Current current)
            throws IOException {
        try (Testbed bed = current.open(topology)) {
            Attempt attempt = bed.replicate(image.file());
            if (current.ended) {
                return false;
            }
            boolean works = attempt.verdict() instanceof Works;
            boolean same = works && bed.mismatch(image.file()) < 0;
            boolean took = attempt.path().held();
            if (works && same && took) {
                say.good("✓ replicated " + (ExampleImage.SIZE >> 20) + " MiB in "
                        + attempt.caseFile().took().toMillis() + " ms; compared byte by byte: the same");
                return true;
            }
            say.verdict(attempt.verdict());
            attempt.path().problems().forEach(say::bad);
            return false;
        }
    }

    private static boolean fails(Narrator say, ExampleImage image, Current current) throws IOException {
        try (Testbed bed = current.open(Topologies.INSPECTOR_TRUSTED)) {
            Attempt attempt = bed.replicate(image.file());
            if (current.ended) {
                return false;
            }
            say.line("What a plain client is left with:");
            say.line("");
            attempt.thrown().ifPresent(thrown -> say.bad("  " + thrown));
            say.line("");
            say.line("What Throughline says:");
            say.line("");
            say.verdict(attempt.verdict());
            return attempt.verdict()
                    .rule()
                    .filter(rule -> rule.value().equals("tls.inspected"))
                    .isPresent();
        }
    }

    /** The testbed that is open now, for ^C to end. */
    private static final class Current {
        private volatile boolean ended;
        private volatile AutoCloseable bed = () -> {};

        Testbed open(Topology topology) throws IOException {
            Testbed opened = Testbed.open(topology);
            bed = opened;
            if (ended) {
                opened.close();
                throw new IOException("interrupted");
            }
            return opened;
        }

        void end() {
            ended = true;
            try {
                bed.close();
            } catch (Exception e) {
                throw new IllegalStateException("a testbed closes without failing", e);
            }
        }
    }

    /** Prints at once, so that the story is followed as it happens. */
    private record Narrator(Terminal terminal) {
        void line(String text) {
            terminal.out().println(text);
        }

        void heading(String text) {
            line("");
            line(terminal.style().bold(text));
            line("");
        }

        void good(String text) {
            line("  " + terminal.style().good(text));
        }

        void bad(String text) {
            line(terminal.style().bad(text));
        }

        void verdict(Verdict verdict) {
            Verdicts.print(terminal, verdict, false);
        }
    }
}
