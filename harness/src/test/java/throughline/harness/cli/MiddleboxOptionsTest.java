package throughline.harness.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Set;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import throughline.certs.IdentityWriter;
import throughline.certs.TestPki;
import throughline.identity.Pem;
import throughline.identity.TlsContexts;

/** What each kind of box is told on the command line. */
@Timeout(60)
class MiddleboxOptionsTest {
    private static final String CONNECT = "CONNECT localhost:1 HTTP/1.1\r\nHost: localhost:1\r\n\r\n";
    private static final TestPki PKI = TestPki.create(InstantSource.system());

    @TempDir
    static Path folder;

    @BeforeAll
    static void writeFiles() throws Exception {
        IdentityWriter.pem(PKI.server("proxy.test"), folder.resolve("one.pem"), folder.resolve("one.key"));
        Files.writeString(folder.resolve("trust.pem"), Pem.encode(PKI.root().certificate()));
        Files.writeString(folder.resolve("login"), "alice\nopen sesame\n");
        Files.writeString(folder.resolve("one-line"), "alice\n");
        Files.writeString(folder.resolve("colon"), "ali:ce\nsecret\n");
        Files.writeString(folder.resolve("bad-day"), "# refuses everything\nrefuse:503\n");
        Files.writeString(folder.resolve("bad-list"), "idle:5\nvanish\n");
        Files.writeString(folder.resolve("bad.persona"), "box: inspector\nleaf.kye: rsa-2048\n");
    }

    private static String converse(Socket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(ISO_8859_1));
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int value = socket.getInputStream().read();
            if (value < 0) {
                return head.toString();
            }
            head.append((char) value);
        }
        return head.toString();
    }

    private static String file(String name) {
        return folder.resolve(name).toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                                               | no kind; accepted is KIND, or --persona NAME-OR-FILE; kinds are relay,",
                "relay --exempt a.test                          | --exempt with relay; it fits inspector, inspector-transparent",
                "tunnel --proxy-protocol v1                     | --proxy-protocol with tunnel; it fits relay",
                "inspector --allow a.test                       | --allow with inspector; it fits tunnel, socks",
                "socks --login basic                            | --login with socks; it fits tunnel",
                "socks --trust x                                | --trust with socks; it fits inspector, inspector-transparent, load-balancer",
                "load-balancer --ca-out x                       | --ca-out with load-balancer; it fits inspector,",
                "relay --replica-name a.test                    | --replica-name with relay; it fits load-balancer",
                "inspector --replica-name a.test                | --replica-name with inspector; it fits load-balancer",
                "load-balancer --to 127.0.0.1:9 --cert DIR/one.pem --key DIR/one.key --replica-name a:4 | host \"a:4\"; accepted is a host name or an address, without a port",
                "relay --proxy-protocol v3                      | --proxy-protocol \"v3\"; accepted are v1, v2",
                "tunnel --login basic                           | --login without --credentials-file; accepted is --credentials-file FILE with it",
                "tunnel --credentials-file DIR/login --login md5 | --login \"md5\"; accepted are basic, digest-md5, digest-sha-256",
                "tunnel --credentials-file DIR/none             | cannot be read (NoSuchFileException); accepted is a text file",
                "tunnel --credentials-file DIR/one-line         | accepted is a file of two lines, the user name and the password",
                "tunnel --credentials-file DIR/colon            | The user name \"ali:ce\" has a colon; accepted is one without.",
                "tunnel --tls-listen                            | a tunnel shows a certificate in TLS only; accepted is --tls-listen with --cert FILE",
                "tunnel --cert DIR/one.pem --key DIR/one.key    | a tunnel shows a certificate in TLS only; accepted is --tls-listen with --cert FILE",
                "tunnel --tls-listen --key DIR/one.key          | --key without --cert; accepted is --cert FILE [--key FILE]",
                "tunnel --parent nowhere                        | --parent \"nowhere\"; accepted is HOST:PORT",
                "tunnel --parent 127.0.0.1:1 --answer-first     | --answer-first with --parent; accepted is one of them",
                "tunnel --parent 127.0.0.1:1 --to 127.0.0.1:2   | --to with --parent; accepted is one of them",
                "tunnel --parent-credentials-file DIR/login     | --parent-credentials-file without --parent; accepted is --parent HOST:PORT",
                "inspector --when-demanded explode              | --when-demanded \"explode\"; accepted are answer-502,",
                "inspector --when-demanded present-own          | accepted are --when-demanded present-own with --own-cert FILE,",
                "inspector --cert DIR/one.pem --key DIR/one.key | accepted are --when-demanded present-own with --own-cert FILE,",
                "inspector --own-key DIR/one.key                | --own-key without --own-cert; accepted is --own-cert FILE [--own-key FILE]",
                "inspector --http 3                             | --http \"3\"; accepted are http/1.1, h2",
                "inspector --http h2 --buffer-bodies            | HTTP/2 with changed headers, buffered or limited bodies; accepted is one of them",
                "inspector --probe maybe                        | --probe \"maybe\"; accepted are none, unchecked, checked, required",
                "inspector --ca-out DIR/one.key                 | is there and holds something else; accepted is a new file, or one of certificates",
                "relay --listen 127.0.0.1:9 --to 127.0.0.1:9    | --to \"127.0.0.1:9\" is where it listens; accepted is another place",
                "inspector --exempt a:443                       | host \"a:443\"; accepted is a host name or an address, without a port",
                "tunnel --deny a:443                            | host \"a:443\"; accepted is a host name or an address, without a port",
                "tunnel --adversity @                           | --adversity \"@\"; accepted is @FILE",
                "--persona DIR                                  | DIR is a folder; accepted is a text file",
                "inspector --header x                           | --header \"x\"; accepted is \"NAME: VALUE\"",
                "inspector --remove-header Connection           | header connection; accepted are those that do not say where a message ends",
                "inspector --trust DIR/none                     | DIR/none",
                "inspector --ca-out DIR/no/such                 | cannot be written (NoSuchFileException); accepted is a file that can be made",
                "--persona squid-bmup                           | --persona: no persona \"squid-bmup\"; did you mean squid-bump",
                "--persona DIR/bad.persona                      | bad.persona, line 2: \"leaf.kye\" is no key; did you mean leaf.key",
                "tunnel --persona squid-bump                    | middlebox \"tunnel\" with the persona squid-bump; accepted is inspector",
                "inspector-transparent --persona forefront-tmg-2010 | refuse-connect with a transparent inspector",
                "tunnel --adversity @DIR/none                   | none cannot be read (NoSuchFileException); accepted is a text file",
                "tunnel --adversity @DIR/bad-list               | bad-list, line 2: adversity \"vanish\"; accepted are refuse:STATUS",
            })
    void whatDoesNotFitIsRefusedInOneSentence(String arguments, String reason) {
        String given = arguments == null ? "" : " " + arguments.replace("DIR", folder.toString());
        CommandLineRun run = CommandLineRun.of(("middlebox" + given).split(" +", -1));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).contains(reason.replace("DIR", folder.toString()));
        assertThat(run.out()).isEmpty();
    }

    @Test
    void everyOptionIsForEveryKindOrSaysForWhich() {
        Set<String> forEvery = Set.of("--listen", "--to", "--persona", "--adversity", "--help", "--version");

        assertThat(new CommandLine(new MiddleboxCommand()).getCommandSpec().options())
                .extracting(OptionSpec::longestName)
                .filteredOn(name -> !forEvery.contains(name))
                .containsExactlyInAnyOrderElementsOf(FittingOptions.known());
    }

    @Test
    void aTunnelWantsCredentialsByTheSchemesGiven() throws IOException {
        try (RunningBox box = new RunningBox(
                        "tunnel", "--credentials-file", file("login"), "--login", "digest-sha-256,digest-md5");
                Socket client = box.dial()) {
            assertThat(converse(client, CONNECT))
                    .startsWith("HTTP/1.1 407 ")
                    .contains("Proxy-Authenticate: Digest", "algorithm=SHA-256", "algorithm=MD5")
                    .doesNotContain("Basic");
        }
    }

    @Test
    void aTunnelCanAnswerBeforeItHasReachedAnybody() throws IOException {
        try (RunningBox box = new RunningBox("tunnel", "--answer-first");
                Socket client = box.dial()) {
            assertThat(converse(client, CONNECT)).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void aTunnelAsksItsParentWithCredentials() throws IOException {
        try (RunningBox parent = new RunningBox("tunnel", "--answer-first", "--credentials-file", file("login"));
                RunningBox known = new RunningBox(
                        "tunnel",
                        "--parent",
                        "127.0.0.1:" + parent.port(),
                        "--parent-credentials-file",
                        file("login"));
                RunningBox stranger = new RunningBox("tunnel", "--parent", "127.0.0.1:" + parent.port());
                Socket welcome = known.dial();
                Socket refused = stranger.dial()) {
            assertThat(converse(welcome, CONNECT)).startsWith("HTTP/1.1 200 ");
            assertThat(converse(refused, CONNECT)).startsWith("HTTP/1.1 502 ");
        }
    }

    @Test
    void aTunnelCanBeSpokenToInTls() throws Exception {
        try (RunningBox box = new RunningBox(
                        "tunnel",
                        "--answer-first",
                        "--tls-listen",
                        "--cert",
                        file("one.pem"),
                        "--key",
                        file("one.key"));
                SSLSocket client = (SSLSocket) TlsContexts.context(PKI.trust().trustManager())
                        .getSocketFactory()
                        .createSocket(box.dial(), "proxy.test", box.port(), true)) {
            assertThat(converse(client, CONNECT)).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void aRelayTellsTheReplicaOfTheClient() throws IOException {
        try (ServerSocket replica = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                RunningBox box = new RunningBox(
                        "relay", "--to", "127.0.0.1:" + replica.getLocalPort(), "--proxy-protocol", "v1");
                Socket client = box.dial();
                Socket accepted = replica.accept()) {
            accepted.setSoTimeout(10_000);
            String header = "PROXY TCP4 127.0.0.1 127.0.0.1 " + client.getLocalPort() + " " + box.port() + "\r\n";

            assertThat(new String(accepted.getInputStream().readNBytes(header.length()), ISO_8859_1))
                    .isEqualTo(header);
        }
    }

    /** Its certificate has a name, and it is dialled by its address. */
    @Test
    void aLoadBalancerIsToldTheNameOfTheReplica() throws Exception {
        try (SSLServerSocket replica = (SSLServerSocket) TlsContexts.context(
                                PKI.server("replica.test").keyManager(),
                                PKI.trust().trustManager())
                        .getServerSocketFactory()
                        .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
                RunningBox box = new RunningBox(
                        "load-balancer",
                        "--to",
                        "127.0.0.1:" + replica.getLocalPort(),
                        "--replica-name",
                        "replica.test",
                        "--cert",
                        file("one.pem"),
                        "--key",
                        file("one.key"),
                        "--trust",
                        file("trust.pem"));
                SSLSocket client = (SSLSocket) TlsContexts.context(PKI.trust().trustManager())
                        .getSocketFactory()
                        .createSocket(box.dial(), "proxy.test", box.port(), true)) {
            client.startHandshake();
            client.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(ISO_8859_1));
            try (Socket accepted = replica.accept()) {
                accepted.setSoTimeout(10_000);

                assertThat(converse(accepted, "HTTP/1.1 204 No Content\r\n\r\n"))
                        .startsWith("GET / HTTP/1.1\r\n");
            }
        }
    }

    @Test
    void bytesUpAreThoseThatReachedTheReplica() throws IOException {
        try (ServerSocket replica = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                RunningBox box = new RunningBox(
                        "relay", "--to", "127.0.0.1:" + replica.getLocalPort(), "--adversity", "cut:3000:to-replica");
                Socket client = box.dial();
                Socket accepted = replica.accept()) {
            client.getOutputStream().write(new byte[100_000]);
            client.shutdownOutput();

            assertThat(accepted.getInputStream().readAllBytes()).hasSize(3000);
            assertThat(box.line()).contains(": passed, 3000 bytes up, 0 down");
        }
    }

    @Test
    void adversitiesComeFromAFile() throws IOException {
        try (RunningBox box = new RunningBox("tunnel", "--adversity", "@" + file("bad-day"));
                Socket client = box.dial()) {
            assertThat(converse(client, CONNECT)).startsWith("HTTP/1.1 503 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"404 Not Found", "429 Too Many Requests", "502 Bad Gateway"})
    void aRefusalHasTheReasonOfItsStatus(String status) throws IOException {
        try (RunningBox box = new RunningBox("tunnel", "--adversity", "refuse:" + status.substring(0, 3));
                Socket client = box.dial()) {
            assertThat(converse(client, CONNECT)).startsWith("HTTP/1.1 " + status + "\r\n");
        }
    }

    @Test
    void aPersonaBringsItsKindAndItsAuthority() throws Exception {
        Path ca = folder.resolve("ca.pem");
        try (RunningBox box = new RunningBox("--persona", "mitmproxy", "--ca-out", ca.toString())) {
            assertThat(box.greeting())
                    .matches("An inspector at 127\\.0\\.0\\.1:\\d+, set up as mitmproxy\\. \\^C ends it\\.");
            X509Certificate authority = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(ca)));
            assertThat(authority.getSubjectX500Principal().getName()).isEqualTo("CN=mitmproxy,O=mitmproxy");
        }
    }

    @Test
    void anOptionHasTheLastWordOverAPersona() throws IOException {
        try (RunningBox box = new RunningBox(
                        "inspector", "--persona", "forefront-tmg-2010", "--when-demanded", "answer-502");
                Socket client = box.dial()) {
            assertThat(converse(client, CONNECT)).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void anAuthorityIsNotWrittenWhereThePortIsTaken() throws Exception {
        Path written = Files.writeString(folder.resolve("other-box.pem"), "of the box that has the port");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();

            assertThatThrownBy(() -> new RunningBox("inspector", "--listen", address, "--ca-out", written.toString()))
                    .hasMessageContaining("does not let it listen");
        }
        assertThat(written).hasContent("of the box that has the port");
    }
}
