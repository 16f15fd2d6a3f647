package throughline.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import throughline.certs.IdentityWriter;
import throughline.certs.TestPki;
import throughline.identity.Identity;
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

    @Test
    void replicateSendsADiskAndSaysThatItWorks() throws Exception {
        TestPki pki = TestPki.create(InstantSource.system());
        Identity server = pki.server("127.0.0.1");
        IdentityWriter.pem(pki.client("primary.test"), folder.resolve("primary.pem"));
        IdentityWriter.pem(pki.trust(), folder.resolve("ca.pem"));
        Path disk = Files.writeString(folder.resolve("disk.img"), "what is to be kept ".repeat(200_000));
        try (Replica replica = Replica.start(
                ReplicaSettings.builder(server, pki.trust(), Admission.anyAcceptedCertificate(folder.resolve("store")))
                        .build())) {
            CommandLineRun run = CommandLineRun.of(
                    "replicate",
                    disk.toString(),
                    "--to",
                    "https://127.0.0.1:" + replica.port(),
                    "--cert",
                    folder.resolve("primary.pem").toString(),
                    "--trust",
                    folder.resolve("ca.pem").toString());

            assertThat(run.err()).isEmpty();
            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).startsWith("✓ works");
            try (InputStream held = replica.store(folder.resolve("store"))
                    .content(new MachineName("disk.img"), new DiskName("disk.img"), 0)) {
                assertThat(held.readAllBytes()).isEqualTo(Files.readAllBytes(disk));
            }
        }
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
