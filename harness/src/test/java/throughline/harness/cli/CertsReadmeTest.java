package throughline.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.identity.Fingerprint;
import throughline.identity.IdentityFiles;

/** What the README in a folder of certificates tells people to paste is run as it stands there, on loopback. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the lines are for a POSIX shell")
class CertsReadmeTest {
    @TempDir
    Path parent;

    private Path folder;
    private int port;

    @BeforeEach
    void findPort() throws IOException {
        folder = parent.resolve("certs");
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--host replica.example.test --client primary.example.test --key-type rsa-2048",
                "--host *.example.test --key-type ec-p384",
                "--host 192.0.2.1 --key-type ed25519",
                "--host 2001:db8::1 --format pem",
                "--host replica.example.test --flaw missing-intermediate --client 192.0.2.7 --format p12"
            })
    void opensslReadsAndVerifiesTheFiles(String options) throws Exception {
        Shell.require("openssl", "openssl");
        make(options);

        for (String line : lines().running("openssl")) {
            if (!line.contains("s_server") && !line.contains("s_client")) {
                assertThat(new Shell(folder).succeed(line)).as(line).doesNotContainIgnoringCase("error");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--host replica.example.test --client primary.example.test",
                "--host *.example.test --key-type rsa-2048",
                "--host 192.0.2.1 --key-type ed25519",
                "--host 2001:db8::1",
                "--host replica.example.test --flaw wrong-order"
            })
    void opensslAndCurlGetThroughToOpenssl(String options) throws Exception {
        Shell.require("openssl", "openssl");
        Shell.require("curl", "curl");
        make(options);
        Process server = serve();
        try {
            assertThat(new Shell(folder).succeed(lines().only("openssl s_client")))
                    .contains("Verification: OK");
            assertThat(lines().running("curl")).isNotEmpty();
            for (String line : lines().running("curl")) {
                // s_server's page on the connection
                assertThat(new Shell(folder).succeed(line)).as(line).contains("Client certificate");
            }
        } finally {
            end(server);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "expired,              certificate has expired",
        "wrong-name,           no alternative certificate subject name matches target host name",
        "unknown-issuer,       unable to get local issuer certificate",
        "missing-intermediate, unable to get local issuer certificate",
    })
    void curlRefusesAFlawedServer(String flaw, String said) throws Exception {
        Shell.require("openssl", "openssl");
        Shell.require("curl", "curl");
        make("--flaw " + flaw);
        Process server = start(lines().only("openssl s_server"));
        try {
            awaitListening(server);
            Shell.Printed printed =
                    new Shell(folder).run(lines().running("curl").get(0));

            assertThat(printed.exitCode()).isNotZero();
            assertThat(printed.text()).contains(said);
        } finally {
            end(server);
        }
    }

    @Test
    void opensslDoesNotEvenStartWithAKeyThatIsNotTheCertificates() throws Exception {
        Shell.require("openssl", "openssl");
        make("--flaw key-mismatch");

        Shell.Printed printed = new Shell(folder).run(lines().only("openssl s_server"));

        assertThat(printed.exitCode()).isNotZero();
        assertThat(printed.text()).contains("key values mismatch");
    }

    @Test
    void aRevokedServerIsRefusedByThoseWhoLookAtTheCrl() throws Exception {
        Shell.require("openssl", "openssl");
        Shell.require("curl", "curl");
        make("--flaw revoked-by-crl");
        Shell shell = new Shell(folder);
        Process server = serveWithoutCrl();
        try {
            String plain = lines().running("curl").get(0);
            String looking = lines().running("curl").get(1);

            assertThat(looking).contains("--crlfile");
            assertThat(shell.succeed(plain)).contains("Client certificate");
            assertThat(shell.run(looking).text()).contains("certificate revoked");
        } finally {
            end(server);
        }
        assertThat(shell.run(lines().running("openssl").stream()
                                .filter(line -> line.contains("verify") && line.contains("-crl_check"))
                                .findFirst()
                                .orElseThrow())
                        .text())
                .contains("certificate revoked");
    }

    @Test
    void aStaleCrlIsStale() throws Exception {
        Shell.require("openssl", "openssl");
        make("--flaw stale-crl");

        assertThat(new Shell(folder)
                        .run("openssl verify -CAfile ca.pem -crl_check -CRLfile ca.crl localhost.pem")
                        .text())
                .contains("CRL has expired");
    }

    @Test
    void keytoolAndJavaReadTheStores() throws Exception {
        make("--client primary.example.test");
        Shell shell = new Shell(folder);
        List<String> lines = lines().running("keytool");

        String identity = shell.succeed(lines.get(0)).replace(":", "").toLowerCase(Locale.ROOT);
        assertThat(identity)
                .contains(Fingerprint.sha256(IdentityFiles.identity(
                                folder.resolve("primary.example.test.pem"),
                                Optional.of(folder.resolve("primary.example.test.key")),
                                Optional.empty())
                        .leaf()));
        assertThat(shell.succeed(lines.get(1))).contains("trustedCertEntry");
        shell.succeed(lines().only("(umask"));
        assertThat(folder.resolve("java.args")).content().contains(Files.readString(folder.resolve("password.txt")));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("java.args"))))
                .isEqualTo("rw-------");
        shell.succeed(lines().only("java @java.args"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--format p12", "--key-type rsa-2048"})
    void throughlineReplicatesWithThem(String options) throws Exception {
        make(options);
        Path disk = Files.write(parent.resolve("disk.img"), new byte[1 << 20]);
        Process replica = throughline(arguments(
                lines().only("./throughline replica ").replace("--store disks", "--store " + parent.resolve("disks"))));
        try {
            awaitListening(replica);
            CommandLineRun run = CommandLineRun.of(
                    arguments(lines().only("./throughline replicate ").replace(" disk.img", " " + disk)));

            assertThat(run.out() + run.err()).startsWith("✓ works");
            assertThat(run.exitCode()).isZero();
        } finally {
            end(replica);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--host *.example.test --key-type rsa-2048", "--flaw expired-intermediate"})
    void nginxTakesItsLines(String options) throws Exception {
        Shell.require("nginx", "nginx-light");
        make(options);
        String temporary = Stream.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
                .map(kind -> kind + "_temp_path " + parent.resolve(kind) + ";\n")
                .reduce("", String::concat);
        Path configuration = Files.writeString(
                parent.resolve("nginx.conf"),
                "pid " + parent.resolve("nginx.pid") + ";\nevents {}\nhttp {\naccess_log off;\n" + temporary
                        + lines().block("nginx") + "}\n");

        assertThat(new Shell(folder).succeed("nginx -t -e stderr -p " + parent + " -c " + configuration))
                .contains("test is successful");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--host *.example.test --key-type rsa-2048"})
    void squidTakesItsLines(String options) throws Exception {
        Shell.require("squid", "squid-openssl");
        make(options);
        Path configuration = Files.writeString(
                parent.resolve("squid.conf"), "http_port 127.0.0.1:3128\npid_filename none\n" + lines().block("squid"));

        assertThat(new Shell(folder).succeed("squid -k parse -f " + configuration))
                .doesNotContain("FATAL", "ERROR");
    }

    @Test
    void aFolderWhosePathEveryProgramWouldQuoteDifferentlyIsLeftToTheReader() throws Exception {
        folder = parent.resolve("with space; $(touch owned)");
        make("");

        assertThat(Files.readString(folder.resolve("README.md")))
                .contains("ssl_certificate FOLDER/localhost.pem")
                .contains("`FOLDER` stands for the absolute path of this folder.")
                .doesNotContain("owned");
    }

    private void make(String options) {
        CommandLineRun run = CommandLineRun.of(Stream.concat(
                        Stream.of("certs", folder.toString()),
                        Stream.of(options.split(" ")).filter(word -> !word.isEmpty()))
                .toArray(String[]::new));
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
    }

    private PastedLines lines() throws IOException {
        return PastedLines.of(folder, port);
    }

    private Process serve() throws Exception {
        Process server = start(lines().only("openssl s_server"));
        awaitListening(server);
        return server;
    }

    /** The client is revoked, too: a server that looks at the CRL lets nobody in. */
    private Process serveWithoutCrl() throws Exception {
        Process server = start(lines().only("openssl s_server").replace(" -CRL ca.crl -crl_check", ""));
        awaitListening(server);
        return server;
    }

    private Process start(String line) throws IOException {
        return new Shell(folder).start(line, parent.resolve("server.txt").toFile());
    }

    private void awaitListening(Process server) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
                return;
            } catch (IOException notYet) {
                assertThat(server.waitFor(20, TimeUnit.MILLISECONDS))
                        .as("ended: %s", Files.readString(parent.resolve("server.txt")))
                        .isFalse();
                assertThat(System.nanoTime()).isLessThan(deadline);
            }
        }
    }

    private Process throughline(String... arguments) throws IOException {
        return new ProcessBuilder(Stream.concat(
                                Stream.of(
                                        ProcessHandle.current().info().command().orElseThrow(),
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        Main.class.getName()),
                                Stream.of(arguments))
                        .toList())
                .redirectErrorStream(true)
                .redirectOutput(parent.resolve("server.txt").toFile())
                .start();
    }

    private static String[] arguments(String line) {
        return line.replace("'", "").replace("./throughline ", "").split(" ");
    }

    private static void end(Process process) throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
}
