package throughline.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import throughline.certs.IdentityWriter;
import throughline.certs.TestPki;
import throughline.protocol.DiskName;
import throughline.protocol.replication.MachineName;
import throughline.replica.Admission;
import throughline.replica.Replica;
import throughline.replica.ReplicaSettings;

class CommandsTest {
    @TempDir
    Path folder;

    @Test
    void withoutArgumentsUsageStartsWithExamples() {
        CommandLineRun run = CommandLineRun.of();

        assertThat(run.exitCode()).isZero();
        assertThat(run.out().indexOf("throughline demo")).isBetween(0, run.out().indexOf("Usage:"));
    }

    @Test
    void theDemoTellsTheWholeStory() {
        CommandLineRun run = CommandLineRun.of("demo");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out().split("compared byte by byte: the same", -1)).hasSize(5);
        assertThat(run.out()).contains("tls.inspected", "HTTP 502", "exempt exactly replica.test");
    }

    @Test
    void aRunIsWrittenAndExplainedAgainWithTheSameVerdict() throws IOException {
        CommandLineRun matrix = CommandLineRun.of(
                "matrix",
                "--topology",
                "inspector-trusted",
                "--certificates",
                "good",
                "--tls",
                "1.3",
                "--http",
                "h2",
                "--out",
                folder.toString());
        Path cell = folder.resolve("cells/inspector-trusted/good/tls1.3/h2");
        CommandLineRun explained =
                CommandLineRun.of("explain", cell.resolve("case.json").toString(), "--json");

        assertThat(matrix.exitCode()).isZero();
        assertThat(matrix.out()).contains("1 of 1 cells as expected");
        assertThat(folder.resolve("run.json")).content().contains("\"as-expected\" : 1");
        assertThat(explained.exitCode()).isEqualTo(1);
        assertThat(explained.out()).isEqualTo(Files.readString(cell.resolve("verdict.json")));
    }

    @Test
    void aDryRunListsTheCellsAndRunsNone() {
        CommandLineRun run = CommandLineRun.of(
                "matrix", "--dry-run", "--topology", "relay,direct", "--certificates", "good", "--tls", "1.2,1.3");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines())
                .containsExactly(
                        "relay/good/tls1.2/h1",
                        "relay/good/tls1.2/h2",
                        "relay/good/tls1.3/h1",
                        "relay/good/tls1.3/h2",
                        "direct/good/tls1.2/h1",
                        "direct/good/tls1.2/h2",
                        "direct/good/tls1.3/h1",
                        "direct/good/tls1.3/h2");
    }

    @Test
    void withJsonTheRunAloneIsOnStandardOutput() {
        CommandLineRun run = CommandLineRun.of(
                "matrix",
                "--json",
                "--topology",
                "direct",
                "--certificates",
                "good",
                "--tls",
                "1.3",
                "--http",
                "h2",
                "--out",
                folder.toString());

        assertThat(run.out()).startsWith("{").endsWith("}\n");
        assertThat(folder.resolve("run.json")).hasContent(run.out());
    }

    /** One replica, and commands that are told of it. */
    private String[] of(Replica replica, String... command) {
        String[] connection = {
            "--to", "https://127.0.0.1:" + replica.port(),
            "--cert", folder.resolve("primary.pem").toString(),
            "--trust", folder.resolve("ca.pem").toString()
        };
        return Stream.of(command, connection).flatMap(Stream::of).toArray(String[]::new);
    }

    private Replica replica(String allowed) throws Exception {
        TestPki pki = TestPki.create(InstantSource.system());
        IdentityWriter.pem(pki.client("primary.test"), folder.resolve("primary.pem"));
        IdentityWriter.pem(pki.trust(), folder.resolve("ca.pem"));
        Admission admission = Admission.ofNames(folder.resolve("store"), List.of(allowed));
        return Replica.start(ReplicaSettings.builder(pki.server("127.0.0.1"), pki.trust(), admission)
                .build());
    }

    @Test
    void replicateSendsDisksAndSaysThatItWorks() throws Exception {
        String one = Files.write(folder.resolve("one.img"), new byte[3 << 20]).toString();
        byte[] content = new byte[200_000];
        new Random(7).nextBytes(content);
        String two = Files.write(folder.resolve("two.img"), content).toString();
        try (Replica replica = replica("primary.test")) {
            CommandLineRun run = CommandLineRun.of(of(replica, "replicate", one, two, "--machine", "vm"));

            assertThat(run.err()).isEmpty();
            assertThat(run.exitCode()).isZero();
            // 3 MiB and 200,000 bytes are 3,345,728, or 3.19 MiB; of these the random ones are 195 KiB.
            assertThat(run.out()).startsWith("✓ works").contains("receipt for vm 1/1: 3.2 MiB changed, 195 KiB sent");
            try (InputStream stored =
                    replica.store(folder.resolve("store")).content(new MachineName("vm"), new DiskName("two.img"), 0)) {
                assertThat(stored).hasBinaryContent(content);
            }
        }
    }

    @Test
    void statusAndVerifySayWhatTheReplicaHolds() throws Exception {
        Path disk = Files.write(folder.resolve("disk.img"), new byte[300_000]);
        try (Replica replica = replica("primary*.test")) {
            String[] verify = of(replica, "verify", disk.toString());

            assertThat(CommandLineRun.of(of(replica, "status")).out()).contains("holds no machine");
            CommandLineRun before = CommandLineRun.of(verify);
            assertThat(before.out()).contains("holds no machine disk.img");
            assertThat(before.exitCode()).isEqualTo(1);

            String[] asJson = of(replica, "verify", disk.toString(), "--json");
            CommandLineRun unknown = CommandLineRun.of(asJson);
            assertThat(unknown.out()).contains("\"machine\" : \"disk.img\"", "\"held\" : false", "\"disks\" : [ ]");
            assertThat(unknown.exitCode()).isEqualTo(1);

            CommandLineRun.of(of(replica, "replicate", disk.toString()));
            assertThat(CommandLineRun.of(asJson).out()).contains("\"held\" : true", "\"differing\" : 0");
            assertThat(CommandLineRun.of(of(replica, "status")).out())
                    .contains("disk.img, epoch 1", "disk disk.img, 293 KiB", "consistent as of change set 1/1");
            assertThat(CommandLineRun.of(verify).out()).isEqualTo("✓ disk.img: 293 KiB, the same\n");
            assertThat(CommandLineRun.of(verify).exitCode()).isZero();

            byte[] changed = new byte[300_000];
            changed[70_000] = 1;
            Files.write(disk, changed);
            CommandLineRun after = CommandLineRun.of(verify);
            assertThat(after.out()).isEqualTo("✗ disk.img: 64 KiB of 293 KiB differ, the first at offset 65536\n");
            assertThat(after.exitCode()).isEqualTo(1);
        }
    }

    @Test
    void aReplicaWhosePortIsTakenLeavesNoStore() throws Exception {
        try (Replica replica = replica("primary.test")) {
            Path store = folder.resolve("another");
            CommandLineRun run = CommandLineRun.of(
                    "replica",
                    "--listen",
                    "127.0.0.1:" + replica.port(),
                    "--store",
                    store.toString(),
                    "--allow",
                    "a.test",
                    "--cert",
                    folder.resolve("primary.pem").toString(),
                    "--trust",
                    folder.resolve("ca.pem").toString());

            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.err()).contains("127.0.0.1:" + replica.port());
            assertThat(store).doesNotExist();
        }
    }

    @Test
    void whoIsNotAllowedIsRefusedByName() throws Exception {
        Path disk = Files.write(folder.resolve("disk.img"), new byte[1000]);
        try (Replica replica = replica("other.test")) {
            CommandLineRun run = CommandLineRun.of(of(replica, "replicate", disk.toString()));

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.out()).contains("exchange.refused", "not-authorised", "primary.test");
        }
    }

    @Test
    void ourOwnReplicaKeepsEveryPromise() throws Exception {
        try (Replica replica = replica("primary.test")) {
            CommandLineRun run = CommandLineRun.of(of(replica, "conformance"));

            assertThat(run.out()).doesNotContain("✗").containsPattern("(\\d+) of \\1 promises kept");
            assertThat(run.exitCode()).isZero();
        }
    }

    @Test
    void withJsonTheVerdictAloneIsOnStandardOutput() throws Exception {
        Path disk = Files.write(folder.resolve("disk.img"), new byte[1000]);
        String[] replicate;
        try (Replica replica = replica("primary.test")) {
            replicate = of(replica, "replicate", disk.toString(), "--json");
            CommandLineRun works = CommandLineRun.of(replicate);

            assertThat(works.out()).startsWith("{").contains("\"works\"").endsWith("}\n");
        }
        CommandLineRun fails = CommandLineRun.of(replicate);

        assertThat(fails.out()).startsWith("{").contains("replica.unreachable").endsWith("}\n");
        assertThat(fails.exitCode()).isEqualTo(1);
    }

    @Test
    void aFailedReplicationIsDiagnosedAndItsCaseKept() throws Exception {
        TestPki pki = TestPki.create(InstantSource.system());
        IdentityWriter.pem(pki.trust(), folder.resolve("ca.pem"));
        Path disk = Files.write(folder.resolve("disk.img"), new byte[1 << 20]);
        Path kept = folder.resolve("case.json");
        try (Replica replica = Replica.start(ReplicaSettings.builder(
                        pki.server("127.0.0.1"), pki.trust(), Admission.anyAcceptedCertificate(folder.resolve("store")))
                .build())) {
            CommandLineRun run = CommandLineRun.of(
                    "replicate",
                    disk.toString(),
                    "--to",
                    "https://127.0.0.1:" + replica.port(),
                    "--trust",
                    folder.resolve("ca.pem").toString(),
                    "--case",
                    kept.toString());

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.out()).contains("mtls.none-configured", "--cert FILE");
            assertThat(CommandLineRun.of("explain", kept.toString()).out()).isEqualTo(run.out());
        }
    }
}
