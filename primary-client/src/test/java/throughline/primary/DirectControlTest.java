package throughline.primary;

import static org.assertj.core.api.Assertions.assertThat;
import static throughline.primary.diagnosis.Confidence.CERTAIN;
import static throughline.primary.diagnosis.Confidence.LIKELY;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.primary.dial.NameResolver;
import throughline.primary.dial.ProxySettings;
import throughline.primary.dial.TimeLimits;
import throughline.primary.evidence.CertificateFacts;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.ReplicaEvidence.ControlFailed;
import throughline.primary.evidence.ReplicaEvidence.ControlShown;
import throughline.primary.evidence.Witness;
import throughline.protocol.ConnectionView;
import throughline.protocol.ConnectionView.CertificateOutcome;
import throughline.replica.Replica;

/** A failed attempt through a proxy compared, on request only, with what a direct connection is shown. */
class DirectControlTest {
    private static final Lab LAB = new Lab();
    private static final String PROXY = "proxy.test";

    @TempDir
    Path store;

    private Replica replica;
    private FakeServer replicaPort;
    private FakeServer inspector;

    /** The proxy opens a tunnel that ends in itself, in front of no one: a certificate of its own and a 502. */
    @BeforeEach
    void open() throws IOException {
        replica = LAB.startReplica(store);
        replicaPort = new FakeServer(wire -> wire.tunnelTo(replica.port()));
        FakeReplica inspecting = new FakeReplica(LAB.pki.inspector().leafFor(Lab.HOST), LAB.pki.trust(), false);
        inspector = new FakeServer(wire -> {
            wire.head();
            wire.send("HTTP/1.1 200 OK\r\n\r\n");
            Wire inside = new Wire(inspecting.serve(wire.socket()), wire.number());
            FakeReplica.Request.read(inside);
            FakeReplica.answer(inside, "502 Bad Gateway", "text/html", new byte[0]);
        });
    }

    @AfterEach
    void close() throws IOException {
        inspector.close();
        replicaPort.close();
        replica.close();
    }

    private ClientSettings.Builder settings() {
        return LAB.settings(replicaPort.port()).proxy(ProxySettings.httpConnect(PROXY, inspector.port()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theControlSettlesWhoseCertificateItWas(boolean inspectorTrusted) {
        ReplicationFailed failed = Lab.fails(settings()
                .trust(inspectorTrusted ? LAB.pki.trustWithInspector() : LAB.pki.trust())
                .directControl(true));

        assertThat(Lab.rule(failed)).isEqualTo("tls.inspected");
        // A chain that nobody here trusts may also be that of a replica whose authority is missing.
        assertThat(failed.verdict().confidence()).contains(inspectorTrusted ? CERTAIN : LIKELY);
        assertThat(failed.caseFile().witnesses()).contains(Witness.CONTROL);
        assertThat(Lab.all(failed, ControlShown.class)).singleElement().satisfies(shown -> {
            assertThat(shown.connection()).isZero();
            assertThat(shown.address()).isEqualTo(Lab.HOST + ":" + replicaPort.port());
            assertThat(shown.chain().get(0)).isEqualTo(CertificateFacts.of(LAB.server.leaf()));
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void withoutItTheAnswerIsWeakerAndNotWrong(boolean inspectorTrusted) {
        ReplicationFailed failed =
                Lab.fails(settings().trust(inspectorTrusted ? LAB.pki.trustWithInspector() : LAB.pki.trust()));

        assertThat(Lab.rule(failed)).isEqualTo(inspectorTrusted ? "mtls.not-requested" : "tls.replica-ca-not-trusted");
        if (!inspectorTrusted) {
            assertThat(failed.verdict().confidence()).contains(LIKELY);
        }
    }

    @Test
    void byDefaultNobodyConnectsDirectly() {
        ReplicationFailed failed = Lab.fails(settings());

        assertThat(replicaPort.accepted()).isZero();
        assertThat(inspector.accepted()).isEqualTo(1);
        assertThat(failed.caseFile().witnesses()).doesNotContain(Witness.CONTROL);
    }

    @Test
    void anAttemptThatWorksIsNotCompared() throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            wire.head();
            wire.send("HTTP/1.1 200 OK\r\n\r\n");
            wire.tunnelTo(replica.port());
        })) {
            Lab.works(settings()
                    .proxy(ProxySettings.httpConnect(PROXY, proxy.port()))
                    .directControl(true));

            assertThat(replicaPort.accepted()).isZero();
        }
    }

    /** It would go the same way again, and make a transparent inspector's certificate the replica's own. */
    @Test
    void withoutAProxyThereIsNothingToCompareWith() throws IOException {
        FakeReplica inspecting = new FakeReplica(LAB.pki.inspector().leafFor(Lab.HOST), LAB.pki.trust(), false);
        try (FakeServer transparent = new FakeServer(inspecting.speaking(Wire::silence))) {
            ReplicationFailed failed =
                    Lab.fails(LAB.settings(transparent.port()).directControl(true));

            assertThat(transparent.accepted()).isEqualTo(1);
            assertThat(failed.caseFile().witnesses()).doesNotContain(Witness.CONTROL);
            assertThat(Lab.rule(failed)).isEqualTo("tls.replica-ca-not-trusted");
            assertThat(failed.verdict().confidence()).contains(LIKELY);
        }
    }

    @Test
    void theControlShowsNoCertificateOfOurs() {
        Lab.fails(settings().directControl(true));

        Await.until(
                "the replica has seen it",
                () -> replica.connections().stream()
                        .anyMatch(seen -> seen.handshake() == ConnectionView.HandshakeOutcome.FAILED));
        assertThat(replica.connections()).singleElement().satisfies(seen -> {
            assertThat(seen.clientCertificate().outcome()).isEqualTo(CertificateOutcome.NONE_SENT);
            assertThat(seen.requests()).isZero();
        });
    }

    @Test
    void aControlThatIsRefusedProvesNothing() throws IOException {
        replicaPort.close();

        assertControlFailed(settings(), FailureKind.REFUSED);
    }

    /** Where only the proxy resolves names, ours is unknown here. */
    @Test
    void aControlWhoseNameIsUnknownProvesNothing() {
        NameResolver knowsOnlyTheProxy = host -> {
            if (host.equals(PROXY)) {
                return List.of(InetAddress.getLoopbackAddress());
            }
            throw new UnknownHostException(host);
        };

        assertControlFailed(settings().resolver(knowsOnlyTheProxy), FailureKind.NAME_UNKNOWN);
    }

    @Test
    void aControlWhoseResolverBreaksProvesNothing() {
        NameResolver breaksOnTheReplica = host -> {
            if (host.equals(PROXY)) {
                return List.of(InetAddress.getLoopbackAddress());
            }
            throw new IllegalStateException("broken");
        };

        assertControlFailed(settings().resolver(breaksOnTheReplica), FailureKind.NAME_UNKNOWN);
    }

    @Test
    void aControlWhoseResolverHangsEndsAtItsLimit() {
        CountDownLatch never = new CountDownLatch(1);
        NameResolver hangsOnTheReplica = host -> {
            if (!host.equals(PROXY)) {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    throw new UnknownHostException(host);
                }
            }
            return List.of(InetAddress.getLoopbackAddress());
        };
        TimeLimits limits =
                new TimeLimits(Duration.ofMillis(500), Lab.LIMIT, Lab.LIMIT, Lab.LIMIT, Lab.LIMIT, Lab.LIMIT);

        assertControlFailed(settings().resolver(hangsOnTheReplica).limits(limits), FailureKind.TIMED_OUT);
    }

    @Test
    void aControlThatIsNotAnsweredEndsAtItsLimit() throws IOException {
        TimeLimits limits =
                new TimeLimits(Lab.LIMIT, Lab.LIMIT, Lab.LIMIT, Duration.ofMillis(500), Lab.LIMIT, Lab.LIMIT);
        try (FakeServer mute = new FakeServer(Wire::silence)) {
            ClientSettings.Builder settings = LAB.settings(mute.port())
                    .proxy(ProxySettings.httpConnect(PROXY, inspector.port()))
                    .limits(limits);

            assertControlFailed(settings, FailureKind.TIMED_OUT);
        }
    }

    private static void assertControlFailed(ClientSettings.Builder settings, FailureKind kind) {
        ReplicationFailed failed = Lab.fails(settings.directControl(true));

        assertThat(Lab.all(failed, ControlShown.class)).isEmpty();
        assertThat(Lab.all(failed, ControlFailed.class))
                .extracting(piece -> piece.failure().kind())
                .containsExactly(kind);
        assertThat(Lab.rule(failed)).isEqualTo("tls.replica-ca-not-trusted");
        assertThat(failed.verdict().confidence()).contains(LIKELY);
    }
}
