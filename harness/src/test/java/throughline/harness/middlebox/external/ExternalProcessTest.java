package throughline.harness.middlebox.external;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class ExternalProcessTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(20);

    @Test
    void aProgramThatEndsIsRefusedWithTheLast50LinesThatItPrinted() {
        OwnFolder folder = OwnFolder.create("test");

        assertThatThrownBy(() -> start(folder, "for i in $(seq 1 60); do echo line $i; done; exit 3", LONG))
                .isInstanceOf(ExternalFailureException.class)
                .hasMessageStartingWith("test ended with 3 before it listened:\nline 11\nline 12\n")
                .hasMessageEndingWith("\nline 60");
        assertThat(folder.path()).doesNotExist();
    }

    @Test
    void aProgramThatDoesNotListenIsEndedAtTheDeadline() {
        OwnFolder folder = OwnFolder.create("test");

        assertThatThrownBy(() -> start(folder, "echo hello; exec sleep 1000", SHORT))
                .isInstanceOf(ExternalFailureException.class)
                .hasMessage("test does not listen on port 1 after 0 s:\nhello");
        assertThat(folder.path()).doesNotExist();
    }

    /** The child has another parent by then and is in a process group of its own, as daemons are that fork twice. */
    @Test
    void whatHasForkedAndLostItsParentIsEndedToo() throws IOException {
        OwnFolder folder = OwnFolder.create("test");
        Path pids = Files.createTempFile("throughline-test-", ".pids");
        try {
            assertThatThrownBy(() -> start(
                            folder,
                            "set -m; (sleep 1000 & echo $! > " + pids + "; exit 0) & wait; exec sleep 1000",
                            SHORT))
                    .isInstanceOf(ExternalFailureException.class);

            long orphan = Long.parseLong(Files.readString(pids).strip());
            assertThat(ended(orphan)).isTrue();
        } finally {
            Files.deleteIfExists(pids);
        }
    }

    /** Killed as nothing else can be: nobody runs a shutdown hook then. */
    @Test
    void theProgramAndItsFolderGoWithTheProcessThatStartedIt() throws Exception {
        Process starter = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Starter.class.getName())
                .redirectErrorStream(true)
                .start();
        try (var reader = starter.inputReader()) {
            String[] words = Optional.ofNullable(reader.readLine()).orElse("").split(" ", -1);
            assertThat(words).hasSize(3);
            long program = Long.parseLong(words[1]);
            assertThat(ProcessHandle.of(program)).isPresent();

            starter.destroyForcibly();
            assertThat(starter.waitFor(20, TimeUnit.SECONDS)).isTrue();

            assertThat(ended(program)).isTrue();
            await(() -> Files.notExists(Path.of(words[2])));
        } finally {
            starter.destroyForcibly();
        }
    }

    /** Starts a program that never listens, and says which and where. */
    static final class Starter {
        private Starter() {}

        public static void main(String[] arguments) throws IOException {
            OwnFolder folder = OwnFolder.create("test");
            Thread starting =
                    new Thread(() -> start(folder, "echo $$ > pid.new; mv pid.new pid; exec sleep 1000", LONG));
            starting.start();
            await(() -> Files.exists(folder.file("pid")));
            System.out.println("started " + Files.readString(folder.file("pid")).strip() + " " + folder.path());
        }
    }

    @Test
    void aMissingProgramSaysWhatBringsIt() {
        assertThat(Product.find("no-program-of-this-name")).isEmpty();
        assertThat(Product.SQUID.missing()).isEqualTo("squid is not here; Debian's squid-openssl brings it");
    }

    private static void start(OwnFolder folder, String script, Duration within) {
        ExternalProcess.start("test", List.of(), List.of("/bin/sh", "-c", script), folder, 1, within)
                .close();
    }

    private static boolean ended(long process) {
        await(() -> !Files.exists(Path.of("/proc", Long.toString(process), "exe")) || zombie(process));
        return true;
    }

    private static boolean zombie(long process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process), "stat"))
                    .contains(") Z ");
        } catch (IOException gone) {
            return true;
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LONG.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            LockSupport.parkNanos(2_000_000);
        }
    }
}
