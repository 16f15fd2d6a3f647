package throughline.primary;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.certs.TestPki;
import throughline.primary.diagnosis.Verdict.Unexplained;
import throughline.primary.dial.ProxySettings;
import throughline.primary.dial.ProxyTls;
import throughline.primary.dial.TimeLimits;
import throughline.primary.evidence.ExchangeEvidence.Exchange;
import throughline.primary.evidence.ExchangeEvidence.ExchangeFailed;
import throughline.primary.evidence.Failure;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.PathEvidence.ConnectFailed;
import throughline.primary.evidence.PathEvidence.Leg;
import throughline.primary.evidence.PathEvidence.NameUnresolved;
import throughline.primary.evidence.PathEvidence.TunnelAnswered;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.TlsEvidence.HandshakeFailed;
import throughline.replica.Replica;

/** Each step's limit runs out in its own step, and the evidence says in which. */
class TimeLimitsTest {
    private static final Lab LAB = new Lab();
    private static final Duration SHORT = Duration.ofMillis(600);

    @TempDir
    Path folder;

    private enum Step {
        RESOLVE,
        CONNECT,
        TUNNEL_ANSWER,
        TLS,
        FIRST_ANSWER,
        IDLE
    }

    private static TimeLimits shortFor(Step step) {
        return new TimeLimits(
                limit(step, Step.RESOLVE),
                limit(step, Step.CONNECT),
                limit(step, Step.TUNNEL_ANSWER),
                limit(step, Step.TLS),
                limit(step, Step.FIRST_ANSWER),
                limit(step, Step.IDLE));
    }

    private static Duration limit(Step tested, Step step) {
        return step == tested ? SHORT : Lab.LIMIT;
    }

    @Test
    void resolving() {
        CountDownLatch never = new CountDownLatch(1);
        try {
            ReplicationFailed failed =
                    Lab.fails(LAB.settings(1).limits(shortFor(Step.RESOLVE)).resolver(host -> {
                        await(never);
                        return List.of(InetAddress.getLoopbackAddress());
                    }));

            assertThat(Lab.all(failed, NameUnresolved.class)).singleElement().satisfies(piece -> {
                assertThat(piece.leg()).isEqualTo(Leg.REPLICA);
                assertThat(piece.failure()).isEqualTo(ranOut("resolving a name"));
            });
            assertThat(Lab.rule(failed)).isEqualTo("replica.unreachable");
            assertTook(failed);
        } finally {
            never.countDown();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void connecting(boolean throughProxy) throws IOException {
        try (FullBacklog full = new FullBacklog("127.0.0.1", 0)) {
            ReplicationFailed failed =
                    Lab.fails((throughProxy ? LAB.settingsThrough(full.port(), 1) : LAB.settings(full.port()))
                            .limits(shortFor(Step.CONNECT)));

            assertThat(Lab.all(failed, ConnectFailed.class)).singleElement().satisfies(piece -> {
                assertThat(piece.leg()).isEqualTo(throughProxy ? Leg.PROXY : Leg.REPLICA);
                assertThat(piece.failure())
                        .isEqualTo(ranOut("connecting to " + (throughProxy ? "the proxy" : "the replica")));
            });
            assertThat(Lab.rule(failed)).isEqualTo(throughProxy ? "proxy.unreachable" : "replica.unreachable");
            assertTook(failed);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void helloWithoutAnswer(boolean throughProxy) throws IOException {
        try (FakeServer mute = new FakeServer(wire -> {
            if (throughProxy) {
                wire.head();
                wire.send("HTTP/1.1 200 OK\r\n\r\n");
            }
            wire.silence();
        })) {
            ReplicationFailed failed =
                    Lab.fails((throughProxy ? LAB.settingsThrough(mute.port(), 1) : LAB.settings(mute.port()))
                            .limits(shortFor(Step.TLS)));

            assertHandshakeTimedOut(failed, Phase.HELLO);
            assertThat(Lab.rule(failed)).isEqualTo(throughProxy ? "hello.unanswered" : "unexplained");
            assertThat(Lab.all(failed, TunnelAnswered.class)).hasSize(throughProxy ? 1 : 0);
        }
    }

    /** TLS 1.3 sends certificate and request in one flight, so the phase is how far our own side has come. */
    @ParameterizedTest
    @CsvSource({"TLSv1.2, CLIENT_CERTIFICATE", "TLSv1.3, SERVER_CERTIFICATE"})
    void handshakeThatStopsHalfway(String version, Phase reached, @TempDir Path store) throws IOException {
        try (Replica replica = LAB.startReplica(store);
                FakeServer stalling = new FakeServer(stoppingBehindTheServersFirst(replica, version))) {
            ReplicationFailed failed =
                    Lab.fails(LAB.settings(stalling.port()).tlsVersions(version).limits(shortFor(Step.TLS)));

            assertHandshakeTimedOut(failed, reached);
            assertThat(Lab.rule(failed)).isEqualTo("unexplained");
        }
    }

    /** A record of 16 KiB, a byte at a time, each long before a limit for one byte would run out. */
    @Test
    void helloThatTrickles() throws IOException {
        try (FakeServer trickling = new FakeServer(wire -> {
            wire.send("\u0016\u0003\u0003@\u0000\u0002\u0000?\u00fc");
            wire.sendSlowly("x".repeat(16 << 10), Duration.ofMillis(50));
        })) {
            ReplicationFailed failed = Lab.fails(LAB.settings(trickling.port()).limits(shortFor(Step.TLS)));

            assertHandshakeTimedOut(failed, Phase.HELLO);
            assertThat(Lab.rule(failed)).isEqualTo("unexplained");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http/1.1", "h2"})
    void announcementWithoutAnswer(String protocol) throws IOException {
        FakeReplica replica = new FakeReplica(LAB.server, LAB.pki.trust(), true);
        try (FakeServer mute =
                new FakeServer(wire -> new Wire(replica.serve(wire.socket(), protocol), wire.number()).silence())) {
            ReplicationFailed failed = Lab.fails(LAB.settings(mute.port()).limits(shortFor(Step.FIRST_ANSWER)));

            assertExchangeTimedOut(failed, Exchange.ANNOUNCE, Phase.FIRST_ANSWER);
            assertTook(failed);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http, TUNNEL_ANSWER, the proxy's answer to CONNECT",
        "socks, TUNNEL_ANSWER, the SOCKS proxy's answer to the offered ways to authenticate",
        "https, TLS, TLS with the proxy",
    })
    void aProxyThatIsSilent(String kind, Step step, String words) throws IOException {
        try (FakeServer mute = new FakeServer(Wire::silence)) {
            ProxySettings proxy =
                    switch (kind) {
                        case "http" -> ProxySettings.httpConnect("proxy.test", mute.port());
                        case "socks" -> ProxySettings.socks5("proxy.test", mute.port());
                        default ->
                            ProxySettings.httpsConnect("proxy.test", mute.port(), ProxyTls.trusting(LAB.pki.trust()));
                    };
            ReplicationFailed failed = Lab.fails(LAB.settings(1).proxy(proxy).limits(shortFor(step)));

            assertThat(failed.caseFile().evidence())
                    .last()
                    .satisfies(piece ->
                            assertThat(piece.text()).contains(ranOut(words).text()));
            assertTook(failed);
        }
    }

    /** Two sessions of TLS, one inside the other: the limit is for what the inner one waits for. */
    @Test
    void announcementWithoutAnswerBehindAProxyInTls() throws IOException {
        TestPki company = TestPki.create(Clock.systemUTC());
        FakeReplica gate = new FakeReplica(company.server("proxy.test"), company.trust(), false);
        FakeReplica replica = new FakeReplica(LAB.server, LAB.pki.trust(), true);
        try (FakeServer mute = new FakeServer(gate.speaking(outer -> {
            outer.head();
            outer.send("HTTP/1.1 200 OK\r\n\r\n");
            new Wire(replica.serve(outer.socket()), outer.number()).silence();
        }))) {
            ReplicationFailed failed = Lab.fails(LAB.settings(1)
                    .http2(false)
                    .proxy(ProxySettings.httpsConnect("proxy.test", mute.port(), ProxyTls.trusting(company.trust())))
                    .limits(shortFor(Step.FIRST_ANSWER)));

            assertExchangeTimedOut(failed, Exchange.ANNOUNCE, Phase.FIRST_ANSWER);
            assertTook(failed);
        }
    }

    @Test
    void announcementWithHalfAnAnswer() throws IOException {
        FakeReplica replica = new FakeReplica(LAB.server, LAB.pki.trust(), true);
        try (FakeServer mute = new FakeServer(replica.speaking(wire -> {
            FakeReplica.Request.read(wire);
            wire.send("HTTP/1.1 200 OK\r\nContent-Type: application/vnd.throughline.view+json\r\n"
                    + "Content-Length: 1000\r\n\r\n{");
            wire.silence();
        }))) {
            ReplicationFailed failed = Lab.fails(LAB.settings(mute.port()).limits(shortFor(Step.FIRST_ANSWER)));

            assertExchangeTimedOut(failed, Exchange.ANNOUNCE, Phase.FIRST_ANSWER);
            assertTook(failed);
        }
    }

    /** From the first stall on: the valve passes the announcement and a part of the image. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void transferThatStalls(boolean http2) throws Exception {
        Path image = image(32 << 20);
        Path store = Files.createDirectory(folder.resolve("store"));
        try (Replica replica = LAB.startReplica(store);
                FakeServer valve = new FakeServer(new Valve(replica.port(), 1 << 20));
                PrimaryClient primary = new PrimaryClient(LAB.settings(valve.port())
                        .http2(http2)
                        .limits(shortFor(Step.IDLE))
                        .build())) {
            ReplicationFailed failed = Lab.failed(() -> primary.replicate(Lab.disk("disk"), image));

            assertExchangeTimedOut(failed, Exchange.SLICE, Phase.TRANSFER);
            assertThat(failed.caseFile().took()).isBetween(SHORT, SHORT.plusSeconds(4));
        }
    }

    /** The whole image has passed, and nobody acknowledges it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void receiptThatDoesNotCome(boolean http2) throws Exception {
        int size = 256 << 10;
        Path image = image(size);
        Path store = Files.createDirectory(folder.resolve("store"));
        try (Replica replica = LAB.startReplica(store);
                FakeServer valve = new FakeServer(new Valve(replica.port(), size));
                PrimaryClient primary = new PrimaryClient(LAB.settings(valve.port())
                        .http2(http2)
                        .limits(shortFor(Step.IDLE))
                        .build())) {
            ReplicationFailed failed = Lab.failed(() -> primary.replicate(Lab.disk("disk"), image));

            assertExchangeTimedOut(failed, Exchange.SLICE, Phase.TRANSFER);
            assertThat(failed.caseFile().took()).isBetween(SHORT, SHORT.plusSeconds(4));
        }
    }

    private static Failure ranOut(String step) {
        return new Failure(FailureKind.TIMED_OUT, "the limit of " + SHORT.toMillis() + " ms for " + step + " ran out");
    }

    private static void assertHandshakeTimedOut(ReplicationFailed failed, Phase reached) {
        assertThat(Lab.all(failed, HandshakeFailed.class)).singleElement().satisfies(piece -> {
            assertThat(piece.failure()).isEqualTo(ranOut("the TLS handshake with the replica"));
            assertThat(piece.phase()).isEqualTo(reached);
        });
        assertTook(failed);
    }

    private static void assertExchangeTimedOut(ReplicationFailed failed, Exchange exchange, Phase phase) {
        assertThat(Lab.all(failed, ExchangeFailed.class)).singleElement().satisfies(piece -> {
            assertThat(piece.exchange()).isEqualTo(exchange);
            assertThat(piece.failure())
                    .isEqualTo(ranOut(exchange == Exchange.ANNOUNCE ? "the first answer" : "a byte to move"));
        });
        assertThat(failed.verdict())
                .isInstanceOfSatisfying(
                        Unexplained.class,
                        verdict -> assertThat(verdict.phase()).isEqualTo(phase));
    }

    private static void assertTook(ReplicationFailed failed) {
        assertThat(failed.caseFile().took()).isBetween(SHORT, SHORT.plusSeconds(3));
    }

    /** Passes the client's hello and what the server answers to it at once; the client's next words arrive nowhere. */
    private static FakeServer.Conversation stoppingBehindTheServersFirst(Replica replica, String version) {
        return wire -> {
            try (Socket onward = new Socket(InetAddress.getLoopbackAddress(), replica.port())) {
                byte[] hello = new byte[16 << 10];
                onward.getOutputStream()
                        .write(hello, 0, wire.socket().getInputStream().read(hello));
                wire.send(version.equals("TLSv1.3") ? serverHello(onward) : wholeFlight(onward));
                wire.silence();
            }
        };
    }

    /** Under TLS 1.3 the rest is encrypted, and is kept back. */
    private static byte[] serverHello(Socket from) throws IOException {
        byte[] header = from.getInputStream().readNBytes(5);
        int length = ByteBuffer.wrap(header).getShort(3);
        byte[] record = Arrays.copyOf(header, 5 + length);
        from.getInputStream().readNBytes(record, 5, length);
        return record;
    }

    private static byte[] wholeFlight(Socket from) throws IOException {
        ByteArrayOutputStream flight = new ByteArrayOutputStream();
        from.setSoTimeout(200);
        try {
            from.getInputStream().transferTo(flight);
        } catch (SocketTimeoutException whole) {
            // It waits for the client now.
        }
        return flight.toByteArray();
    }

    private Path image(int size) throws IOException {
        return Files.write(folder.resolve("image"), Lab.noise(size, 1));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
