package throughline.primary.diagnosis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.CaseFile.Outcome;
import throughline.primary.evidence.CertificateFacts;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.Failure;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.PathEvidence.Leg;
import throughline.primary.evidence.PathEvidence.NameUnresolved;
import throughline.primary.evidence.ReplicaEvidence.ControlFailed;
import throughline.primary.evidence.ReplicaEvidence.ControlShown;
import throughline.primary.evidence.ReplicaEvidence.OtherConnectionSeen;
import throughline.primary.evidence.Setup;
import throughline.primary.evidence.Witness;

/**
 * Case files by hand: a primary that replicates to {@code replica.test:8443}, trusts the lab's root and has a client
 * certificate of it, with the witnesses of an ordinary attempt.
 */
final class Cases {
    private static final String HOST = "replica.test";
    private static final int PORT = 8443;
    static final String PROXY = "proxy.test:3128";

    private final Optional<String> proxy;
    private Optional<CertificateFacts> identity = Optional.of(Certificates.CLIENT);
    private List<String> pins = List.of();
    private boolean proxyCredentials;
    private final Set<Witness> witnesses = EnumSet.of(
            Witness.DIALER,
            Witness.SOCKET_TAP,
            Witness.TRUST_MANAGER,
            Witness.NAME_CHECK,
            Witness.KEY_MANAGER,
            Witness.CALL_EVENTS);
    private final List<Evidence> evidence = new ArrayList<>();
    private int connections;

    private Cases(Optional<String> proxy) {
        this.proxy = proxy;
    }

    static Cases direct() {
        return new Cases(Optional.empty());
    }

    static Cases throughProxy() {
        return new Cases(Optional.of(PROXY));
    }

    Cases pinned(CertificateFacts... certificates) {
        pins = Stream.of(certificates).map(CertificateFacts::keySha256).toList();
        return this;
    }

    Cases identity(CertificateFacts certificate) {
        identity = Optional.of(certificate);
        return this;
    }

    Cases withoutIdentity() {
        identity = Optional.empty();
        return this;
    }

    Cases withProxyCredentials() {
        proxyCredentials = true;
        return this;
    }

    /** As if this witness had not been there: takes what it said so far as well, so it comes last. */
    Cases without(Witness witness) {
        witnesses.remove(witness);
        evidence.removeIf(piece -> piece.witness() == witness);
        return this;
    }

    /** What is observed on the attempt's next connection. */
    Cases on(Consumer<Wire> connection) {
        Wire wire = new Wire(++connections, proxy, identity, Duration.ofMillis(100L * connections));
        connection.accept(wire);
        return add(wire.evidence());
    }

    /** The same for a connection that was kept open from before: what happened on it until now lies in the past. */
    Cases onKeptOpen(Consumer<Wire> past, Consumer<Wire> now) {
        Wire wire = new Wire(++connections, proxy, identity, Duration.ofSeconds(-30));
        past.accept(wire);
        wire.at(Duration.ofMillis(5));
        now.accept(wire);
        return add(wire.evidence());
    }

    /** A direct connection was shown this chain. */
    Cases control(CertificateFacts... chain) {
        return add(List.of(new ControlShown(0, Duration.ofSeconds(9), HOST + ":" + PORT, List.of(chain))));
    }

    Cases controlFailed() {
        return add(List.of(new ControlFailed(
                0,
                Duration.ofSeconds(9),
                HOST + ":" + PORT,
                new Failure(FailureKind.TIMED_OUT, "SocketTimeoutException: Connect timed out"))));
    }

    Cases nameUnresolved() {
        return add(List.of(new NameUnresolved(
                0,
                Duration.ofMillis(3),
                Leg.REPLICA,
                HOST,
                new Failure(FailureKind.NAME_UNKNOWN, "UnknownHostException: " + HOST))));
    }

    /** The replica saw somebody else, who had no client certificate to show. */
    Cases otherSeen() {
        return add(List.of(new OtherConnectionSeen(
                0, Duration.ofSeconds(9), Views.noneSent(Certificates.sha256("somebody else")))));
    }

    private Cases add(List<Evidence> more) {
        more.forEach(piece -> witnesses.add(piece.witness()));
        evidence.addAll(more);
        return this;
    }

    CaseFile failed() {
        return file(Outcome.FAILED);
    }

    CaseFile succeeded() {
        return file(Outcome.SUCCEEDED);
    }

    private CaseFile file(Outcome outcome) {
        Setup setup = new Setup(
                HOST,
                PORT,
                proxy,
                proxyCredentials,
                identity,
                List.of(Certificates.LAB_ROOT.subject()),
                pins,
                List.of("TLSv1.3", "TLSv1.2"),
                List.of("h2", "http/1.1"),
                "17.0.15");
        return new CaseFile(
                CaseFile.SCHEMA,
                "attempt",
                Certificates.NOW,
                Duration.ofSeconds(10),
                outcome,
                setup,
                witnesses,
                evidence);
    }
}
