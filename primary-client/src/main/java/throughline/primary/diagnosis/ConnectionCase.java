package throughline.primary.diagnosis;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.CaseFile.Outcome;
import throughline.primary.evidence.CertificateFacts;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.ExchangeEvidence.Answered;
import throughline.primary.evidence.ExchangeEvidence.ExchangeFailed;
import throughline.primary.evidence.ExchangeEvidence.Refused;
import throughline.primary.evidence.Failure;
import throughline.primary.evidence.ReplicaEvidence.AccountGiven;
import throughline.primary.evidence.ReplicaEvidence.ViewReceived;
import throughline.primary.evidence.Setup;
import throughline.primary.evidence.TlsEvidence.CertificateRequested;
import throughline.primary.evidence.TlsEvidence.ChainShown;
import throughline.primary.evidence.TlsEvidence.HandshakeFailed;
import throughline.primary.evidence.TlsEvidence.HandshakeFinished;
import throughline.primary.evidence.TlsEvidence.HelloSent;
import throughline.primary.evidence.TlsEvidence.ServerHelloReceived;
import throughline.primary.evidence.Witness;
import throughline.protocol.RefusalReason;

/** What is known of one connection of an attempt: its own evidence and what belongs to the attempt as a whole. */
public final class ConnectionCase {
    /** Refusals that neither the identity of whoever asks nor anything that happens to a message on its way can cause. */
    private static final Set<String> ITS_OWN = Stream.of(
                    RefusalReason.UNKNOWN_MACHINE,
                    RefusalReason.UNKNOWN_DISK,
                    RefusalReason.DISK_MISMATCH,
                    RefusalReason.DISK_TOO_LARGE,
                    RefusalReason.TOO_MANY_DISKS,
                    RefusalReason.SLICE_TOO_LARGE,
                    RefusalReason.OUTSIDE_DISK,
                    RefusalReason.OUT_OF_ORDER,
                    RefusalReason.SEQUENCE_CONFLICT,
                    RefusalReason.SLICES_MISSING,
                    RefusalReason.FENCED,
                    RefusalReason.STORE_FULL,
                    RefusalReason.TOO_MANY_TRANSFERS,
                    RefusalReason.STORAGE_FAILED,
                    RefusalReason.SHUTTING_DOWN)
            .map(RefusalReason::code)
            .collect(Collectors.toUnmodifiableSet());

    private static final int OK = 200;

    private final CaseFile file;
    private final int number;
    private final List<Evidence> evidence;

    /** What is known of the connection with this number; 0 for an attempt that never opened one. */
    public ConnectionCase(CaseFile file, int number) {
        this.file = file;
        this.number = number;
        this.evidence = file.evidence().stream()
                .filter(piece -> piece.connection() == number || piece.connection() == 0)
                .toList();
    }

    public Setup setup() {
        return file.setup();
    }

    public boolean succeeded() {
        return file.outcome() == Outcome.SUCCEEDED;
    }

    public Instant startedAt() {
        return file.startedAt();
    }

    /** Whether this witness was looking. Where it was not, that nothing was observed means nothing. */
    public boolean present(Witness witness) {
        return file.witnesses().contains(witness);
    }

    public List<Evidence> evidence() {
        return evidence;
    }

    public <E extends Evidence> Stream<E> all(Class<E> kind) {
        return evidence.stream().filter(kind::isInstance).map(kind::cast);
    }

    public <E extends Evidence> Optional<E> first(Class<E> kind) {
        return all(kind).findFirst();
    }

    public <E extends Evidence> Optional<E> last(Class<E> kind) {
        return all(kind).reduce((earlier, later) -> later);
    }

    /** The chain that the server showed: as sent where the trust manager saw it, else as the session remembers it. */
    public List<CertificateFacts> chain() {
        return first(ChainShown.class)
                .map(ChainShown::chain)
                .or(() -> first(HandshakeFinished.class).map(HandshakeFinished::chain))
                .orElse(List.of());
    }

    /** The evidence that shows the chain of {@link #chain}. */
    public Optional<Evidence> chainEvidence() {
        return first(ChainShown.class).<Evidence>map(shown -> shown).or(() -> first(HandshakeFinished.class));
    }

    /**
     * The part of the chain that is known to belong together, leaf first: a server may append any certificate, but only
     * one whose key verifies the one before counts as its issuer.
     */
    public List<CertificateFacts> linkedChain() {
        return first(ChainShown.class)
                .map(shown -> shown.chain()
                        .subList(0, Math.min(shown.linked(), shown.chain().size())))
                .or(() -> first(HandshakeFinished.class).map(HandshakeFinished::chain))
                .orElse(List.of());
    }

    /** Every certificate that is known to be on the path from the leaf to the root: as sent, and as validated. */
    public Stream<CertificateFacts> leafAndIssuers() {
        return Stream.concat(
                linkedChain().stream(),
                first(HandshakeFinished.class).stream().flatMap(finished -> finished.chain().stream()));
    }

    /** All evidence that {@link #leafAndIssuers} rests on. */
    List<Evidence> chainEvidences() {
        return Stream.<Optional<? extends Evidence>>of(first(ChainShown.class), first(HandshakeFinished.class))
                .<Evidence>flatMap(Optional::stream)
                .toList();
    }

    /** Whether a full handshake finished: on a resumed one nobody is asked for certificates. */
    public boolean finishedFullHandshake() {
        return first(HandshakeFinished.class).isPresent()
                && last(ServerHelloReceived.class)
                        .filter(hello -> !hello.resumed())
                        .isPresent();
    }

    /** Whether a full handshake finished and our key manager, which was looking, was not asked for a certificate. */
    public boolean neverAsked() {
        return finishedFullHandshake()
                && present(Witness.KEY_MANAGER)
                && certificateRequest().isEmpty();
    }

    /** The random of the ClientHello we sent last on this connection. */
    public Optional<HelloSent> hello() {
        return last(HelloSent.class);
    }

    /** Whether an account is about this connection: an attempt's other connections are asked about as well. */
    public boolean isAboutOurHello(AccountGiven account) {
        return hello().map(sent -> sent.random().equals(account.random())).orElse(account.connection() > 0);
    }

    /** Every start of a replica that answered for itself during the attempt, on whichever connection. */
    public Set<String> bootIds() {
        Set<String> bootIds = new TreeSet<>();
        for (Evidence piece : file.evidence()) {
            if (piece instanceof AccountGiven account) {
                bootIds.add(account.bootId());
            } else if (piece instanceof ViewReceived received && received.signerTrusted()) {
                bootIds.add(received.view().bootId());
            }
        }
        return bootIds;
    }

    public Optional<CertificateRequested> certificateRequest() {
        return last(CertificateRequested.class);
    }

    /**
     * Whether the replica itself refused, for a reason that lies with it alone. The path has then carried the request, and
     * nothing that is unusual about the path is the cause.
     */
    public boolean refusedByReplicaAlone() {
        return !succeeded()
                && last(Refused.class)
                        .map(Refused::reason)
                        .filter(ITS_OWN::contains)
                        .isPresent();
    }

    /** Whether the replica has done what we asked on another connection, with the same credentials, in this attempt or just before. */
    public boolean acceptedElsewhere() {
        return file.evidence().stream()
                .anyMatch(piece ->
                        piece instanceof Answered answered && answered.connection() != number && isTaken(answered));
    }

    /** Whether the replica took a request that came on this connection, whoever brought it there. */
    public boolean answeredByReplica() {
        return all(Answered.class).anyMatch(ConnectionCase::isTaken);
    }

    private static boolean isTaken(Answered answered) {
        return answered.fromReplica() && answered.status() == OK;
    }

    /** How the connection ended before anybody answered a request on it; absent when somebody did, or nothing ended. */
    public Optional<Ending> endingBeforeAnyAnswer() {
        if (first(Answered.class).isPresent()) {
            return Optional.empty();
        }
        return first(HandshakeFailed.class)
                .map(failed -> new Ending(failed, failed.failure()))
                .or(() -> first(ExchangeFailed.class).map(failed -> new Ending(failed, failed.failure())));
    }

    /** How a connection ended, as seen from here. */
    public record Ending(Evidence evidence, Failure failure) {}
}
