package throughline.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import throughline.harness.run.RunRecord;
import throughline.protocol.Json;

/** ^C in a process of its own. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "there is no env that resets a signal")
class InterruptionTest {
    private static final int INTERRUPTED = 130; // 128 and the number of SIGINT

    @TempDir
    Path folder;

    @Test
    void anInterruptedMatrixWritesWhatIsDoneAndEndsAtOnce() throws Exception {
        Process process =
                start("matrix", "--topology", "direct,inspector-hanging", "--jobs", "2", "--out", folder.toString());
        try {
            awaitFirstCell(process);
            long started = System.nanoTime();
            interrupt(process);

            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat((System.nanoTime() - started) / 1_000_000)
                    .as("milliseconds")
                    .isLessThan(2_000);
            assertThat(process.exitValue()).isEqualTo(INTERRUPTED);
            RunRecord run = Json.plain().decode(Files.readAllBytes(folder.resolve("run.json")), RunRecord.class);
            assertThat(run.counts().get("as-expected")).isPositive();
            assertThat(run.counts().get("skipped")).isPositive();
            assertThat(run.counts().get("harness-failure")).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = Stream.concat(
                        Stream.of(
                                "env",
                                "--default-signal=INT", // a build in the background of a shell ignores it, and so would
                                // we
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Main.class.getName()),
                        Stream.of(arguments))
                .toList();
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("printed").toFile())
                .start();
    }

    private void awaitFirstCell(Process process) throws InterruptedException {
        Path first = folder.resolve("cells/direct/good/tls1.2/h1/verdict.json");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Files.exists(first)) {
            assertThat(process.waitFor(10, TimeUnit.MILLISECONDS))
                    .as("ended early")
                    .isFalse();
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
    }

    private static void interrupt(Process process) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-INT", String.valueOf(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }
}
