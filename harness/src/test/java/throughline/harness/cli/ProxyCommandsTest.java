package throughline.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.certs.IdentityWriter;
import throughline.certs.TestPki;
import throughline.replica.Admission;
import throughline.replica.Replica;
import throughline.replica.ReplicaSettings;

/** The options that lead a command through proxies. Nobody here resolves the replica's name, so only a proxy reaches it. */
class ProxyCommandsTest {
    private static final String HOST = "replica.test";

    /** What the commands say that were answered by the replica. */
    private static final String[] REACHED = {"✓", "holds no machine", "consistent as of"};

    /** printf 'alice:Open Sesame' | base64 */
    private static final Optional<String> ALICE = Optional.of("YWxpY2U6T3BlbiBTZXNhbWU=");

    private static final TestPki COMPANY = TestPki.create(InstantSource.system());

    @TempDir
    static Path lab;

    private static Replica replica;

    @TempDir
    Path folder;

    @BeforeAll
    static void open() throws IOException {
        TestPki pki = TestPki.create(InstantSource.system());
        IdentityWriter.pem(pki.client("primary.test"), lab.resolve("primary.pem"));
        IdentityWriter.pem(pki.trust(), lab.resolve("ca.pem"));
        IdentityWriter.pem(COMPANY.client("gate.test"), lab.resolve("gate.pem"));
        IdentityWriter.pem(COMPANY.trust(), lab.resolve("company.pem"));
        Files.writeString(lab.resolve("account"), "alice\nOpen Sesame\n");
        Files.write(lab.resolve("disk.img"), new byte[1000]);
        replica = Replica.start(ReplicaSettings.builder(
                        pki.server(HOST), pki.trust(), Admission.anyAcceptedCertificate(lab.resolve("store")))
                .build());
    }

    @AfterAll
    static void close() {
        replica.close();
    }

    /** DIR is the folder with what all need. */
    private static String[] command(String line) {
        String all =
                line + " --to https://" + HOST + ":" + replica.port() + " --cert DIR/primary.pem --trust DIR/ca.pem";
        return all.replace("DIR", lab.toString()).split(" ", -1);
    }

    private static void assertReaches(String line) {
        CommandLineRun run = CommandLineRun.of(command(line));

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).as(line).containsAnyOf(REACHED);
    }

    private static String target() {
        return HOST + ":" + replica.port();
    }

    /** In this order: what is verified has been replicated. */
    @Test
    void everyCommandTakesTheSameWords() throws IOException {
        try (CompanyProxy second = CompanyProxy.start(Optional.empty());
                CompanyProxy first = CompanyProxy.start(ALICE)) {
            for (String command : List.of("replicate DIR/disk.img", "status", "verify DIR/disk.img")) {
                second.asked().clear();

                assertReaches(command + " --proxy http://127.0.0.1:" + first.port() + ",socks5h://127.0.0.1:"
                        + second.port() + " --proxy-credentials-file DIR/account,DIR/account");

                assertThat(second.asked()).isNotEmpty().containsOnly(target());
                assertThat(first.asked()).isNotEmpty().containsOnly("127.0.0.1:" + second.port());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "other.test"})
    void credentialsFromANetrcAreForTheProxyThatItNames(String machine) throws IOException {
        Path netrc =
                Files.writeString(folder.resolve("netrc"), "machine " + machine + " login alice password sesame\n");
        // printf 'alice:sesame' | base64
        try (CompanyProxy proxy = CompanyProxy.start(Optional.of("YWxpY2U6c2VzYW1l"))) {
            CommandLineRun run = CommandLineRun.of(
                    command("status --proxy http://127.0.0.1:" + proxy.port() + " --proxy-netrc " + netrc));

            assertThat(run.exitCode()).isEqualTo(machine.equals("other.test") ? 2 : 0);
            assertThat(run.err().contains("no login and password for 127.0.0.1"))
                    .isEqualTo(machine.equals("other.test"));
        }
    }

    @Test
    void aProxyThatIsSpokenToInTlsHasItsOwnTrustAndCertificate() throws IOException {
        try (CompanyProxy proxy = CompanyProxy.startInTls(COMPANY.server("localhost"), COMPANY.trust())) {
            String url = "status --proxy https://localhost:" + proxy.port();

            assertReaches(url + " --proxy-trust DIR/company.pem --proxy-cert DIR/gate.pem");
            assertThat(CommandLineRun.of(command(url)).out()).contains("proxy.tls-failed");
            assertThat(CommandLineRun.of(command(url + " --proxy-trust DIR/company.pem"))
                            .out())
                    .contains("proxy.tls-failed");
        }
    }

    @Test
    void onlyTheSchemesThatAreNamedAreUsed() throws IOException {
        try (CompanyProxy proxy = CompanyProxy.start(ALICE)) {
            String line = "status --proxy-credentials-file DIR/account --proxy http://127.0.0.1:" + proxy.port()
                    + " --proxy-authentication ";

            assertThat(CommandLineRun.of(command(line + "digest,ntlm")).out()).contains("tunnel.auth-required");
            assertReaches(line + "basic");
        }
    }

    /** Nobody resolves the name: that it is looked for shows that no proxy was asked. */
    @Test
    void aReplicaMayBeReachedPastTheProxy() throws IOException {
        try (CompanyProxy proxy = CompanyProxy.start(Optional.empty())) {
            CommandLineRun run =
                    CommandLineRun.of(command("status --bypass-proxy --proxy http://127.0.0.1:" + proxy.port()));

            assertThat(run.out()).contains("replica.unreachable");
            assertThat(proxy.asked()).isEmpty();
        }
    }

    @Test
    void withoutAWordTheEnvironmentTellsTheProxy() throws Exception {
        try (CompanyProxy proxy = CompanyProxy.start(ALICE)) {
            Map<String, String> environment = Map.of(
                    "HTTPS_PROXY",
                    "127.0.0.1:" + proxy.port(),
                    "NO_PROXY",
                    "other.test",
                    "GATE_USER",
                    "alice",
                    "GATE_PASSWORD",
                    "Open Sesame");

            String printed = inAProcess(
                    environment, List.of(), command("status --proxy-credentials-variables GATE_USER,GATE_PASSWORD"));

            assertThat(printed).containsAnyOf(REACHED);
            assertThat(proxy.asked()).containsOnly(target());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " --bypass-proxy"})
    void whatIsBypassedIsNotRead(String bypass) throws Exception {
        String printed = inAProcess(Map.of("HTTPS_PROXY", "ftp://gate.test:21"), List.of(), command("status" + bypass));

        assertThat(printed).doesNotContain("--proxy:");
        assertThat(printed).contains(bypass.isEmpty() ? "HTTPS_PROXY: proxy" : "replica.unreachable");
    }

    @Test
    void whatTheEnvironmentExceptsIsReachedDirectly() throws Exception {
        try (CompanyProxy proxy = CompanyProxy.start(Optional.empty())) {
            String printed = inAProcess(
                    Map.of("ALL_PROXY", "socks5h://127.0.0.1:" + proxy.port(), "no_proxy", ".test"),
                    List.of(),
                    command("status"));

            assertThat(printed).contains("replica.unreachable");
            assertThat(proxy.asked()).isEmpty();
        }
    }

    /** The JVM would send the connection to its own SOCKS proxy through that proxy, were it not told otherwise. */
    @Test
    void theSystemTellsTheProxy() throws Exception {
        try (CompanyProxy proxy = CompanyProxy.start(Optional.empty())) {
            String printed = inAProcess(
                    Map.of("HTTPS_PROXY", "http://127.0.0.1:1"),
                    List.of("-DsocksProxyHost=127.0.0.1", "-DsocksProxyPort=" + proxy.port(), "-DsocksNonProxyHosts="),
                    command("status --proxy system"));

            assertThat(printed).containsAnyOf(REACHED);
            assertThat(proxy.asked()).containsOnly(target());
        }
    }

    /** Nobody listens there: whoever obeyed it would fail. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "matrix --topology tunnel --certificates good --tls 1.3 --http http/1.1 --out OUT",
                "demo",
            })
    void whatIsCompleteInItselfDoesNotObeyTheEnvironment(String line) throws Exception {
        int dead;
        try (ServerSocket free = new ServerSocket(0)) {
            dead = free.getLocalPort();
        }
        String url = "http://127.0.0.1:" + dead;

        String printed = inAProcess(
                Map.of("HTTPS_PROXY", url, "https_proxy", url, "http_proxy", url, "ALL_PROXY", url, "all_proxy", url),
                List.of("-Dhttps.proxyHost=127.0.0.1", "-Dhttps.proxyPort=" + dead, "-Dhttp.nonProxyHosts="),
                line.replace("OUT", folder.toString()).split(" ", -1));

        assertThat(printed).containsAnyOf("1 of 1 cells as expected", "That is the whole story");
    }

    /** The first proxy of the script is not there; the second is told who this is only where it is named here too. */
    @Test
    void aScriptTellsTheProxiesAndCredentialsAreForTheNamedOneOnly() throws IOException {
        int dead;
        try (ServerSocket free = new ServerSocket(0)) {
            dead = free.getLocalPort();
        }
        try (CompanyProxy proxy = CompanyProxy.start(ALICE)) {
            Path script = Files.writeString(
                    folder.resolve("proxy.pac"),
                    "function FindProxyForURL(url, host) { return 'PROXY 127.0.0.1:" + dead + "; PROXY 127.0.0.1:"
                            + proxy.port() + "'; }");
            String line = "status --proxy pac:" + script;
            String named = " --proxy-credentials-file DIR/account --pac-proxy http://127.0.0.1:";

            assertReaches(line + named + proxy.port());
            assertThat(CommandLineRun.of(command(line + named + dead)).out()).contains("tunnel.auth-required");
            assertThat(CommandLineRun.of(command(line)).out()).contains("tunnel.auth-required");
            assertThat(proxy.asked()).containsOnly(target());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "status --json", "replicate DIR/disk.img", "verify DIR/disk.img --json"})
    void aScriptThatIsNotHadIsAFailureOfThePath(String line) throws IOException {
        int dead;
        try (ServerSocket free = new ServerSocket(0)) {
            dead = free.getLocalPort();
        }
        CommandLineRun run = CommandLineRun.of(command(line + " --proxy pac:http://127.0.0.1:" + dead + "/proxy.pac"));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(line.contains("json") ? run.out() : run.err())
                .contains("the PAC script was not had from http://127.0.0.1:" + dead);
        assertThat(run.out().contains("\"error\"")).isEqualTo(line.contains("json"));
    }

    private String inAProcess(Map<String, String> environment, List<String> options, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // It does not live long enough for more than the quick compiler.
        command.add("-XX:TieredStopAtLevel=1");
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        Stream.of(arguments).forEach(command::add);
        Path printed = folder.resolve("printed");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(printed.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
            return Files.readString(printed);
        } finally {
            process.destroyForcibly();
        }
    }
}
