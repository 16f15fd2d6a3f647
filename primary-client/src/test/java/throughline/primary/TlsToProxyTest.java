package throughline.primary;

import static org.assertj.core.api.Assertions.assertThat;
import static throughline.primary.diagnosis.Confidence.CERTAIN;
import static throughline.primary.diagnosis.Confidence.LIKELY;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.certs.TestPki;
import throughline.identity.Identity;
import throughline.primary.FakeServer.Conversation;
import throughline.primary.diagnosis.Confidence;
import throughline.primary.dial.ProxySettings;
import throughline.primary.dial.ProxyTls;
import throughline.primary.dial.TimeLimits;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.PathEvidence.ProxyTlsFailed;
import throughline.primary.evidence.PathEvidence.ProxyTlsFinished;
import throughline.primary.evidence.PathEvidence.TunnelAnswered;
import throughline.primary.evidence.TlsEvidence;
import throughline.primary.evidence.TlsEvidence.ChainShown;
import throughline.replica.Replica;

/** A proxy that is spoken to in TLS, and its failures: none of them is ever the replica's. */
class TlsToProxyTest {
    private static final Lab LAB = new Lab();
    private static final String PROXY = "proxy.test";
    private static final Duration SHORT = Duration.ofMillis(800);

    /** The proxy's certificates come from an authority of its own. */
    private static final TestPki COMPANY = TestPki.create(java.time.Clock.systemUTC());

    private static final Identity SERVER = COMPANY.server(PROXY);
    private static final ProxyTls TRUSTED = ProxyTls.trusting(COMPANY.trust());

    private static Replica replica;

    @BeforeAll
    static void open(@TempDir Path store) throws IOException {
        replica = LAB.startReplica(store);
    }

    @AfterAll
    static void close() {
        replica.close();
    }

    private static Conversation proxy(Identity identity, boolean demandsCertificate, Conversation inside) {
        return new FakeReplica(identity, COMPANY.trust(), demandsCertificate).speaking(inside);
    }

    private static void tunnel(Wire wire) throws IOException {
        wire.head();
        wire.send("HTTP/1.1 200 OK\r\n\r\n");
        wire.tunnelTo(replica.port());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theReplicasTlsGoesThroughTheProxys(boolean http2) throws IOException {
        try (FakeServer proxy = new FakeServer(proxy(SERVER, false, TlsToProxyTest::tunnel))) {
            Replicated replicated = Lab.works(settings(proxy, TRUSTED).http2(http2));

            assertThat(replicated.caseFile().evidence())
                    .extracting(Evidence::kind)
                    .containsSubsequence(
                            "connected", "proxy-tls-finished", "tunnel-answered", "hello-sent", "handshake-finished");
            assertThat(Lab.all(replicated.caseFile(), ProxyTlsFinished.class))
                    .singleElement()
                    .satisfies(piece -> {
                        assertThat(piece.proxy()).isEqualTo(PROXY + ":" + proxy.port());
                        assertThat(piece.chain().get(0).subject()).contains(PROXY);
                        assertThat(piece.certificateAsked()).isFalse();
                    });
            assertThat(Lab.all(replicated.caseFile(), ChainShown.class))
                    .singleElement()
                    .satisfies(
                            piece -> assertThat(piece.chain().get(0).subject()).contains(Lab.HOST));
        }
    }

    @Test
    void theProxyIsShownItsOwnCertificateAndNotTheReplicas() throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            SSLSocket tls = new FakeReplica(SERVER, COMPANY.trust(), true).serve(wire.socket());
            assertThat(tls.getSession().getPeerPrincipal().getName()).contains("gate.test");
            tunnel(new Wire(tls, wire.number()));
        })) {
            Replicated replicated = Lab.works(settings(proxy, TRUSTED.identifiedBy(COMPANY.client("gate.test"))));

            assertThat(Lab.all(replicated.caseFile(), ProxyTlsFinished.class))
                    .singleElement()
                    .satisfies(piece -> assertThat(piece.certificateSent()).isTrue());
        }
    }

    record Trouble(String name, FailureKind kind, Confidence confidence, ProxyTls tls, Conversation proxy) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Trouble> troubles() {
        Conversation good = proxy(SERVER, false, TlsToProxyTest::tunnel);
        return Stream.of(
                new Trouble(
                        "the replica's authority vouches for no proxy",
                        FailureKind.UNTRUSTED,
                        CERTAIN,
                        ProxyTls.trusting(LAB.pki.trust()),
                        good),
                new Trouble(
                        "a certificate for another name",
                        FailureKind.UNTRUSTED,
                        CERTAIN,
                        TRUSTED,
                        proxy(COMPANY.server("other.test"), false, TlsToProxyTest::tunnel)),
                new Trouble("plain HTTP", FailureKind.TLS, LIKELY, TRUSTED, wire -> {
                    wire.send("HTTP/1.1 400 Bad Request\r\n\r\n");
                    wire.silence();
                }),
                new Trouble(
                        "closes at the hello",
                        FailureKind.CLOSED,
                        LIKELY,
                        TRUSTED,
                        wire -> wire.socket().getInputStream().read(new byte[4096])),
                new Trouble("resets at the hello", FailureKind.RESET, LIKELY, TRUSTED, wire -> {
                    // Without the hello it may be the connecting that fails.
                    assertThat(wire.socket().getInputStream().read()).isEqualTo(0x16);
                    wire.reset();
                }),
                new Trouble("an alert at the hello", FailureKind.ALERT, CERTAIN, TRUSTED, wire -> {
                    wire.send("\u0015\u0003\u0003\u0000\u0002\u0002(");
                    wire.silence();
                }),
                new Trouble("silence", FailureKind.TIMED_OUT, LIKELY, TRUSTED, Wire::silence),
                new Trouble("a trickle", FailureKind.TIMED_OUT, LIKELY, TRUSTED, wire -> {
                    wire.send("\u0016\u0003\u0003@\u0000\u0002\u0000?\u00fc");
                    wire.sendSlowly("x".repeat(16_000), Duration.ofMillis(50));
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("troubles")
    void itsFailureIsTheProxys(Trouble trouble) throws IOException {
        try (FakeServer proxy = new FakeServer(trouble.proxy())) {
            ReplicationFailed failed = Lab.fails(settings(proxy, trouble.tls())
                    .limits(new TimeLimits(Lab.LIMIT, Lab.LIMIT, Lab.LIMIT, SHORT, Lab.LIMIT, Lab.LIMIT)));

            assertIsTheProxys(failed);
            assertThat(failed.verdict().confidence()).contains(trouble.confidence());
            assertThat(Lab.all(failed, ProxyTlsFailed.class))
                    .singleElement()
                    .satisfies(piece -> assertThat(piece.failure().kind()).isEqualTo(trouble.kind()));
            assertThat(Lab.all(failed, TlsEvidence.class)).isEmpty();
            assertThat(failed.caseFile().took()).isLessThan(SHORT.plusSeconds(2));
        }
    }

    /** Under TLS 1.3 the client has finished by the time that its certificate is looked at (RFC 8446 section 4.4.2.4). */
    @Test
    void aProxyThatDemandsACertificateAndGetsNoneIsNotTheReplica() throws IOException {
        try (FakeServer proxy = new FakeServer(proxy(SERVER, true, TlsToProxyTest::tunnel))) {
            ReplicationFailed failed = Lab.fails(settings(proxy, TRUSTED));

            assertIsTheProxys(failed);
            assertThat(failed).hasMessageContaining("asked for a client certificate");
            assertThat(Lab.all(failed, TlsEvidence.class)).isEmpty();
        }
    }

    /** The outer session breaks while the replica's handshake waits for its answer. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0017\u0003\u0003\u0000 \u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009AB"
                        + "CDEFGHIJKLMNOPQRSTUVWX",
                "GET / HTTP/1.1\r\n\r\n",
            })
    void whatBreaksTheOuterSessionIsNotTakenForTheInnerOne(String garbage) throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            SSLSocket tls = new FakeReplica(SERVER, COMPANY.trust(), false).serve(wire.socket());
            Wire inside = new Wire(tls, wire.number());
            inside.head();
            inside.send("HTTP/1.1 200 OK\r\n\r\n");
            assertThat(tls.getInputStream().read()).isEqualTo(0x16);
            // As long as the longest record that its first bytes may announce.
            wire.send(garbage + "\u0000".repeat(20_000));
            wire.silence();
        })) {
            ReplicationFailed failed = Lab.fails(settings(proxy, TRUSTED));

            assertIsTheProxys(failed);
            assertThat(Lab.all(failed, TunnelAnswered.class)).hasSize(1);
        }
    }

    /** The other way round: what the replica's TLS does inside is named for what it is, as without a proxy. */
    @Test
    void aReplicaWithoutTrustBehindATrustedProxyIsTheReplicas() throws IOException {
        Lab other = new Lab();
        try (FakeServer proxy = new FakeServer(proxy(SERVER, false, TlsToProxyTest::tunnel))) {
            ReplicationFailed failed = Lab.fails(settings(proxy, TRUSTED).trust(other.pki.trust()));

            assertThat(Lab.rule(failed)).isEqualTo("tls.replica-ca-not-trusted");
            assertThat(Lab.all(failed, ProxyTlsFailed.class)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aMissingClientCertificateForTheReplicaIsTheReplicas(String version) throws IOException {
        try (FakeServer proxy = new FakeServer(proxy(SERVER, false, TlsToProxyTest::tunnel))) {
            ReplicationFailed failed = Lab.fails(LAB.withoutIdentity(replica.port())
                    .tlsVersions(version)
                    .proxy(ProxySettings.httpsConnect(PROXY, proxy.port(), TRUSTED)));

            assertThat(Lab.rule(failed)).isEqualTo("mtls.none-configured");
            assertThat(Lab.all(failed, ProxyTlsFailed.class)).isEmpty();
        }
    }

    @Test
    void aRefusedTunnelIsARefusedTunnel() throws IOException {
        try (FakeServer proxy = new FakeServer(proxy(SERVER, false, wire -> {
            wire.head();
            wire.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
        }))) {
            ReplicationFailed failed = Lab.fails(settings(proxy, TRUSTED));

            assertThat(Lab.rule(failed)).isEqualTo("tunnel.refused");
            assertThat(failed.verdict().confidence()).contains(CERTAIN);
            assertThat(failed).hasMessageContaining("https://" + PROXY + ":" + proxy.port());
        }
    }

    private static void assertIsTheProxys(ReplicationFailed failed) {
        assertThat(Lab.rule(failed)).isEqualTo("proxy.tls-failed");
    }

    private static ClientSettings.Builder settings(FakeServer proxy, ProxyTls tls) {
        return LAB.settings(replica.port()).proxy(ProxySettings.httpsConnect(PROXY, proxy.port(), tls));
    }
}
