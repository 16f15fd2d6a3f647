package throughline.primary;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import throughline.certs.Flaw;
import throughline.certs.LeafRequest;
import throughline.certs.TestPki;
import throughline.certs.revocation.AskedRequest;
import throughline.certs.revocation.OcspAnswer;
import throughline.certs.revocation.RevocationServer;
import throughline.identity.Identity;
import throughline.identity.revocation.RevocationPolicy;
import throughline.identity.revocation.RevocationStatus.Source;
import throughline.identity.revocation.RevocationStatus.State;
import throughline.primary.dial.ProxyCredentials;
import throughline.primary.dial.ProxySettings;
import throughline.primary.dial.TimeLimits;
import throughline.primary.evidence.CertificateRevocation;
import throughline.primary.evidence.TlsEvidence.RevocationChecked;
import throughline.replica.Admission;
import throughline.replica.Replica;
import throughline.replica.ReplicaSettings;

/** A primary that asks whether the replica's certificate is revoked, and a server that answers. */
class RevocationTest {
    /** Resolved by nobody here, so that only a proxy can reach it. */
    private static final String OUTSIDE = "crl.outside.test";

    @TempDir
    Path store;

    private final RevocationServer server = RevocationServer.start(Clock.systemUTC());
    private final TestPki pki = TestPki.withRevocation(Clock.systemUTC(), server);
    private final List<String> proxied = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        server.close();
    }

    private Replica replica(Identity identity) throws IOException {
        return Replica.start(ReplicaSettings.builder(identity, pki.trust(), Admission.anyAcceptedCertificate(store))
                .build());
    }

    private ClientSettings.Builder settings(int port, RevocationPolicy policy) {
        return ClientSettings.to(URI.create("https://" + Lab.HOST + ":" + port))
                .identity(pki.client("primary.test"))
                .trust(pki.trust())
                .revocation(policy)
                .limits(Lab.limits())
                .resolver(Lab.LOOPBACK);
    }

    @ParameterizedTest
    @CsvSource({
        "REVOKED_BY_CRL,         OFF,            works",
        "REVOKED_BY_CRL,         WHEN_AVAILABLE, tls.revoked",
        "REVOKED_BY_CRL,         REQUIRED,       tls.revoked",
        "REVOKED_BY_OCSP,        OFF,            works",
        "REVOKED_BY_OCSP,        WHEN_AVAILABLE, tls.revoked",
        "REVOKED_BY_OCSP,        REQUIRED,       tls.revoked",
        "REVOCATION_UNREACHABLE, WHEN_AVAILABLE, works",
        "REVOCATION_UNREACHABLE, REQUIRED,       tls.revocation-unknown",
        "STALE_CRL,              WHEN_AVAILABLE, works",
        "STALE_CRL,              REQUIRED,       tls.revocation-unknown",
        "NO_REVOCATION_SOURCE,   WHEN_AVAILABLE, works",
        "NO_REVOCATION_SOURCE,   REQUIRED,       tls.revocation-unknown",
    })
    void whatIsRefusedDependsOnThePolicy(Flaw flaw, RevocationPolicy policy, String expected) throws IOException {
        try (Replica replica = replica(pki.server(Lab.HOST, flaw));
                PrimaryClient primary =
                        new PrimaryClient(settings(replica.port(), policy).build())) {
            assertThat(outcome(primary)).isEqualTo(expected);
            assertThat(policy == RevocationPolicy.OFF).isEqualTo(server.asked().isEmpty() && !unasked(flaw));
        }
    }

    private static boolean unasked(Flaw flaw) {
        return flaw == Flaw.REVOCATION_UNREACHABLE || flaw == Flaw.NO_REVOCATION_SOURCE;
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2", "TLSv1.3"})
    void aGoodCertificateIsRequiredAndProved(String version) throws IOException {
        try (Replica replica = replica(pki.server(Lab.HOST));
                PrimaryClient primary = new PrimaryClient(settings(replica.port(), RevocationPolicy.REQUIRED)
                        .tlsVersions(version)
                        .build())) {
            CertificateRevocation found = onlyOne(Lab.works(primary));

            assertThat(found.state()).isEqualTo(State.GOOD);
            assertThat(found.source()).isEqualTo(Source.OCSP);
            assertThat(found.address()).contains(server.ocsp(pki.issuing()).toString());
        }
    }

    @Test
    void theListIsAskedWhereTheResponderKnowsNothing() throws IOException {
        server.answerOcsp(pki.issuing(), OcspAnswer.TRY_LATER);
        try (Replica replica = replica(pki.server(Lab.HOST));
                PrimaryClient primary = new PrimaryClient(
                        settings(replica.port(), RevocationPolicy.REQUIRED).build())) {
            assertThat(onlyOne(Lab.works(primary)).source()).isEqualTo(Source.CRL);
        }
    }

    /** Longer than the time that the replica has for the whole handshake. */
    @Test
    void aResponderThatIsSilentIsNotTakenForASilentReplica() throws IOException {
        server.answerOcsp(pki.issuing(), OcspAnswer.SILENT);
        try (Replica replica = replica(pki.server(Lab.HOST));
                PrimaryClient primary = new PrimaryClient(settings(replica.port(), RevocationPolicy.WHEN_AVAILABLE)
                        .limits(shortHandshake())
                        .build())) {
            assertThat(onlyOne(Lab.works(primary)).source()).isEqualTo(Source.CRL);
        }
    }

    /** A resumed session would let it through: JSSE asks nobody then. */
    @ParameterizedTest
    @CsvSource({"TLSv1.2", "TLSv1.3"})
    void aCertificateRevokedSinceIsNotTrustedOnTheNextConnection(String version) throws Exception {
        server.keepFor(Duration.ofSeconds(2));
        Identity identity = pki.server(Lab.HOST);
        try (Replica replica = replica(identity);
                FakeServer relay = new FakeServer(wire -> wire.tunnelTo(replica.port()));
                PrimaryClient primary = new PrimaryClient(settings(relay.port(), RevocationPolicy.REQUIRED)
                        .tlsVersions(version)
                        .http2(false)
                        .build())) {
            Lab.works(primary);
            server.revokeByOcsp(pki.issuing(), identity.leaf());
            relay.dropConnections();
            // Until its nextUpdate the first answer is in force.
            Instant over = Instant.now().plusSeconds(3);
            while (Instant.now().isBefore(over)) {
                LockSupport.parkNanos(10_000_000);
            }

            assertThat(Lab.rule(Lab.fails(primary))).isEqualTo("tls.revoked");
        }
    }

    /** What is on the other side of the proxy is reached by asking the proxy, not by going past it. */
    @Test
    void itIsFetchedThroughTheConfiguredProxy() throws IOException {
        try (Replica replica = replica(outside());
                FakeServer proxy = new FakeServer(wire -> forward(wire, replica.port(), true));
                PrimaryClient primary = new PrimaryClient(settings(replica.port(), RevocationPolicy.REQUIRED)
                        .proxy(ProxySettings.httpConnect("127.0.0.1", proxy.port()))
                        .build())) {
            assertThat(onlyOne(Lab.works(primary)).state()).isEqualTo(State.GOOD);
            assertThat(proxied).singleElement().asString().startsWith("GET http://" + OUTSIDE + "/");
            assertThat(server.asked()).hasSize(1).allMatch(AskedRequest::absoluteForm);
        }
    }

    /** A proxy that cannot be asked for a document is asked for a tunnel; nothing goes past it. */
    @Test
    void itIsFetchedThroughATunnelWhereTheProxySpeaksSocks() throws IOException {
        List<String> targets = new CopyOnWriteArrayList<>();
        try (Replica replica = replica(outside());
                FakeServer proxy = new FakeServer(wire -> {
                    String target = new FakeSocks(wire).serve(Optional.empty());
                    targets.add(target);
                    int crl = server.crl(pki.issuing()).getPort();
                    wire.tunnelTo(target.startsWith("3 " + OUTSIDE) ? crl : replica.port());
                });
                PrimaryClient primary = new PrimaryClient(settings(replica.port(), RevocationPolicy.REQUIRED)
                        .proxy(ProxySettings.socks5("127.0.0.1", proxy.port()))
                        .build())) {
            assertThat(onlyOne(Lab.works(primary)).state()).isEqualTo(State.GOOD);
            assertThat(targets).hasSize(2).anyMatch(target -> target.startsWith("3 " + OUTSIDE + " "));
        }
    }

    @Test
    void aProxyThatDemandsCredentialsIsGivenThem() throws IOException {
        ProxyCredentials credentials = new ProxyCredentials("user", "open sesame");
        try (Replica replica = replica(outside());
                FakeServer proxy = new FakeServer(wire -> forward(wire, replica.port(), false));
                PrimaryClient primary = new PrimaryClient(settings(replica.port(), RevocationPolicy.REQUIRED)
                        .proxy(new ProxySettings.HttpConnect("127.0.0.1", proxy.port(), Optional.of(credentials)))
                        .build())) {
            assertThat(onlyOne(Lab.works(primary)).state()).isEqualTo(State.GOOD);
            assertThat(proxied).hasSize(2);
        }
    }

    /** The known trap: the tunnel is open, the list is not. Nobody inspects anything. */
    @Test
    void aProxyThatPassesTunnelsOnlyIsNoInspector() throws IOException {
        try (Replica replica = replica(outside());
                FakeServer proxy = new FakeServer(wire -> forward(wire, replica.port(), false));
                PrimaryClient primary = new PrimaryClient(settings(replica.port(), RevocationPolicy.REQUIRED)
                        .proxy(ProxySettings.httpConnect("127.0.0.1", proxy.port()))
                        .build())) {
            ReplicationFailed failed = Lab.fails(primary);

            assertThat(Lab.rule(failed)).isEqualTo("tls.revocation-unknown");
            assertThat(failed)
                    .hasMessageContaining(OUTSIDE)
                    .hasMessageContaining("407")
                    .hasMessageContaining("through the proxy 127.0.0.1:" + proxy.port());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"REVOKED_BY_CRL", "REVOKED_BY_OCSP", "NO_REVOCATION_SOURCE"})
    void aPrimaryWhoseOwnCertificateIsRefusedIsNotToldThatTheReplicasIs(Flaw flaw) throws IOException {
        ReplicaSettings strict = ReplicaSettings.builder(
                        pki.server(Lab.HOST), pki.trust(), Admission.anyAcceptedCertificate(store))
                .revocation(RevocationPolicy.REQUIRED)
                .build();
        try (Replica replica = Replica.start(strict);
                PrimaryClient primary = new PrimaryClient(settings(replica.port(), RevocationPolicy.REQUIRED)
                        .identity(pki.client("primary.test", flaw))
                        .build())) {
            assertThat(Lab.rule(Lab.fails(primary))).isEqualTo("mtls.certificate-rejected");
        }
    }

    private static TimeLimits shortHandshake() {
        return new TimeLimits(Lab.LIMIT, Lab.LIMIT, Lab.LIMIT, Duration.ofSeconds(3), Lab.LIMIT, Lab.LIMIT);
    }

    /** One whose list is outside, behind the proxy. */
    private Identity outside() {
        URI crl = server.crl(pki.issuing());
        return pki.issuing()
                .issue(LeafRequest.server(Lab.HOST)
                        .withRevocationSources(
                                Optional.of(URI.create("http://" + OUTSIDE + crl.getPath())), Optional.empty()));
    }

    /** A proxy that tunnels for everybody, and fetches for everybody or for those with credentials. */
    private void forward(Wire wire, int replica, boolean open) throws IOException {
        String head = wire.head();
        if (head.startsWith("CONNECT ")) {
            wire.send("HTTP/1.1 200 Connection established\r\n\r\n");
            wire.tunnelTo(replica);
            return;
        }
        proxied.add(head);
        if (!open && !head.contains("Proxy-Authorization: Basic ")) {
            String status = "HTTP/1.1 407 Proxy Authentication Required\r\n";
            wire.send(status + "Proxy-Authenticate: Basic realm=\"x\"\r\nConnection: close\r\n\r\n");
            return;
        }
        try (Socket onward = new Socket(
                InetAddress.getLoopbackAddress(), server.crl(pki.issuing()).getPort())) {
            onward.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            onward.getInputStream().transferTo(wire.socket().getOutputStream());
        }
    }

    private static String outcome(PrimaryClient primary) {
        try {
            primary.tryPath();
            return "works";
        } catch (ReplicationFailed failed) {
            return Lab.rule(failed);
        }
    }

    private static CertificateRevocation onlyOne(Replicated replicated) {
        List<RevocationChecked> asked = Lab.all(replicated.caseFile(), RevocationChecked.class);
        assertThat(asked).hasSize(1);
        assertThat(asked.get(0).certificates()).hasSize(1);
        return asked.get(0).certificates().get(0);
    }
}
