package throughline.primary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static throughline.primary.diagnosis.Confidence.CERTAIN;

import java.io.IOException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.certs.CertificateAuthority;
import throughline.certs.Flaw;
import throughline.certs.LeafRequest;
import throughline.identity.Fingerprint;
import throughline.identity.Identity;
import throughline.primary.FakeServer.Conversation;
import throughline.primary.diagnosis.Finding;
import throughline.primary.evidence.ExchangeEvidence.ExchangeFailed;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.ReplicaEvidence.ViewReceived;
import throughline.protocol.Json;
import throughline.protocol.MediaTypes;
import throughline.protocol.ReplicaView;
import throughline.protocol.SignedView;
import throughline.protocol.ViewSignature;

/** The replica's signed view counts only when it answers us, and when its signer may speak for the replica. */
class ViewTest {
    private static final Lab LAB = new Lab();

    private static FakeReplica replica(Identity shown) {
        return new FakeReplica(shown, LAB.pki.trust(), true);
    }

    /** Shows one certificate and answers the announcement with what is made of the good view. */
    private static Conversation answering(FakeReplica replica, ViewMaker maker) {
        return replica.speaking(wire -> {
            SignedView signed = maker.make(replica.view(FakeReplica.Request.read(wire)));
            FakeReplica.answer(wire, MediaTypes.VIEW, Json.plain().encode(signed));
            wire.silence();
        });
    }

    interface ViewMaker {
        SignedView make(ReplicaView view);
    }

    private static ViewMaker signedBy(Identity signer) {
        return view -> ViewSignature.sign(view, signer.key(), signer.chain());
    }

    static Stream<Arguments> signers() {
        CertificateAuthority root = LAB.pki.root();
        Identity stranger = new Lab().server;
        return Stream.of(
                Arguments.of("the certificate shown", LAB.server, true),
                Arguments.of("another one of the replica's name", LAB.pki.server(Lab.HOST), true),
                Arguments.of("one of a wildcard name", LAB.pki.server("*.test"), true),
                Arguments.of(
                        "one of an intermediate", root.intermediate("Below").issue(LeafRequest.server(Lab.HOST)), true),
                Arguments.of("another name's", LAB.pki.server("other.test"), false),
                Arguments.of("a wildcard too high", LAB.pki.server("*.replica.test"), false),
                Arguments.of("a client's of the replica's name", LAB.pki.client(Lab.HOST), false),
                Arguments.of("our own", LAB.client, false),
                Arguments.of("an expired one", LAB.pki.server(Lab.HOST, Flaw.EXPIRED), false),
                Arguments.of("one not yet valid", LAB.pki.server(Lab.HOST, Flaw.NOT_YET_VALID), false),
                Arguments.of("one of an unknown issuer", LAB.pki.server(Lab.HOST, Flaw.UNKNOWN_ISSUER), false),
                Arguments.of("one of an issuer that only bears a trusted name", stranger, false),
                Arguments.of("an inspector's", LAB.pki.inspector().leafFor(Lab.HOST), false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("signers")
    void itIsKnownWhetherTheSignerIsTrusted(String name, Identity signer, boolean trusted) throws IOException {
        try (FakeServer server = new FakeServer(answering(replica(LAB.server), signedBy(signer)))) {
            Replicated replicated = Lab.works(LAB.settings(server.port()));

            assertThat(Lab.all(replicated.caseFile(), ViewReceived.class))
                    .singleElement()
                    .satisfies(view -> {
                        assertThat(view.signerTrusted()).isEqualTo(trusted);
                        assertThat(view.signer().sha256()).isEqualTo(Fingerprint.sha256(signer.leaf()));
                    });
            assertThat(replicated.verdict().findings()).isEmpty();
        }
    }

    @Test
    void aPinnedSignerIsTrustedWithoutAnAuthority() throws IOException {
        Identity pinned = LAB.pki.server("other.test", Flaw.UNKNOWN_ISSUER);
        try (FakeServer server = new FakeServer(answering(replica(LAB.server), signedBy(pinned)))) {
            Replicated replicated = Lab.works(LAB.settings(server.port())
                    .expectedReplica(ExpectedReplica.withKeyOf(pinned.leaf(), LAB.server.leaf())));

            assertThat(Lab.all(replicated.caseFile(), ViewReceived.class))
                    .extracting(ViewReceived::signerTrusted)
                    .containsExactly(true);
        }
    }

    static Stream<Arguments> spoiltViews() {
        return Stream.of(
                Arguments.of("of another nonce", changed(view -> with(view, view.attempt(), "0".repeat(32)))),
                Arguments.of("of another attempt", changed(view -> with(view, "somebody else's", view.nonce()))),
                Arguments.of(
                        "of the nonce in capitals",
                        changed(view ->
                                with(view, view.attempt(), "A" + view.nonce().substring(1)))),
                Arguments.of("with a signature of something else", (ViewMaker) view -> {
                    SignedView good = signedBy(LAB.server).make(view);
                    SignedView other = signedBy(LAB.server).make(with(view, "x", view.nonce()));
                    return new SignedView(good.view(), good.certificates(), good.algorithm(), other.signature());
                }),
                Arguments.of("by a key that is not the certificate's", (ViewMaker) view -> {
                    SignedView good = signedBy(LAB.client).make(view);
                    List<String> ours = signedBy(LAB.server).make(view).certificates();
                    return new SignedView(good.view(), ours, good.algorithm(), good.signature());
                }),
                Arguments.of("changed after signing", (ViewMaker) view -> {
                    SignedView good = signedBy(LAB.server).make(view);
                    String text = new String(Base64.getDecoder().decode(good.view()), UTF_8).replace("boot", "shoe");
                    return new SignedView(
                            Base64.getEncoder().encodeToString(text.getBytes(UTF_8)),
                            good.certificates(),
                            good.algorithm(),
                            good.signature());
                }),
                Arguments.of("without a certificate", (ViewMaker) view -> {
                    SignedView good = signedBy(LAB.server).make(view);
                    return new SignedView(good.view(), List.of(), good.algorithm(), good.signature());
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("spoiltViews")
    void aViewThatDoesNotAnswerUsIsRefused(String name, ViewMaker maker) throws IOException {
        try (FakeServer server = new FakeServer(answering(replica(LAB.server), maker))) {
            ReplicationFailed failed = Lab.fails(LAB.settings(server.port()));

            assertThat(Lab.all(failed, ViewReceived.class)).isEmpty();
            assertThat(Lab.all(failed, ExchangeFailed.class))
                    .extracting(piece -> piece.failure().kind())
                    .containsExactly(FailureKind.HTTP);
            assertThat(Lab.rule(failed)).isEqualTo("unexplained");
        }
    }

    /** An inspector that owns an accepted client certificate: the replica answers, and does not serve what was shown. */
    @Test
    void aLeafThatTheReplicaDoesNotServeIsAnInspectors() throws IOException {
        FakeReplica inspector = replica(LAB.pki.inspector().leafFor(Lab.HOST));
        UnaryOperator<ReplicaView> replicas = view -> new ReplicaView(
                view.attempt(),
                view.nonce(),
                view.bootId(),
                Instant.EPOCH,
                Instant.EPOCH,
                List.of(Fingerprint.sha256(LAB.server.leaf())),
                view.connection());
        try (FakeServer server =
                new FakeServer(answering(inspector, view -> signedBy(LAB.server).make(replicas.apply(view))))) {
            Replicated replicated = Lab.works(LAB.settings(server.port()).trust(LAB.pki.trustWithInspector()));

            assertThat(Lab.all(replicated.caseFile(), ViewReceived.class))
                    .extracting(ViewReceived::signerTrusted)
                    .containsExactly(true);
            assertThat(replicated.verdict().findings())
                    .filteredOn(finding -> finding.rule().toString().equals("tls.inspected"))
                    .extracting(Finding::confidence)
                    .containsExactly(CERTAIN);
        }
    }

    private static ViewMaker changed(UnaryOperator<ReplicaView> change) {
        return view -> signedBy(LAB.server).make(change.apply(view));
    }

    private static ReplicaView with(ReplicaView view, String attempt, String nonce) {
        return new ReplicaView(
                attempt,
                nonce,
                view.bootId(),
                view.coveredSince(),
                view.at(),
                view.servedCertificates(),
                view.connection());
    }
}
