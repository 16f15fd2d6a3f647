package throughline.replica;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import throughline.identity.Credentials;
import throughline.identity.CredentialsInForce;
import throughline.identity.Fingerprint;
import throughline.identity.Identity;
import throughline.identity.TlsContexts;
import throughline.identity.UnusableIdentityException;
import throughline.identity.revocation.RevocationCheck;
import throughline.protocol.ViewSignature;
import throughline.replica.view.ClientChains;
import throughline.replica.view.HandshakeLog;
import throughline.replica.view.ViewSigner.Presented;

/** The credentials that a replica presents now, and the certificates that it presented until recently. */
final class PresentedCredentials {
    /** Longer than a connection is kept that nobody keeps alive on purpose; short enough that a key that was lost is soon not its own. */
    private static final Duration FORMER = Duration.ofHours(1);

    private static final int MOST_FORMER = 16;

    private final ReplicaSettings settings;
    private final HandshakeLog log;
    private final RevocationCheck revocation;
    private final Deque<Former> former = new ArrayDeque<>();
    private Optional<String> latest = Optional.empty();
    private final CredentialsInForce<InForce> inForce;

    /** What connections are made with until the next change. Each has a context, and with it sessions, of its own. */
    record InForce(Identity identity, SSLContext tls) {}

    private record Former(String certificate, Instant until) {}

    private PresentedCredentials(ReplicaSettings settings, HandshakeLog log) throws UnusableIdentityException {
        this.settings = settings;
        this.log = log;
        // Path validation asks the system's clock, and both are to judge by the same.
        this.revocation = new RevocationCheck(settings.revocationFetch(), InstantSource.system());
        this.inForce = new CredentialsInForce<>(settings.credentials(), this::inForce, settings.credentialsListener());
    }

    /** @throws IllegalArgumentException if there are none that a replica can start with */
    static PresentedCredentials of(ReplicaSettings settings, HandshakeLog log) {
        try {
            return new PresentedCredentials(settings, log);
        } catch (UnusableIdentityException unusable) {
            throw new IllegalArgumentException(unusable.getMessage(), unusable);
        }
    }

    InForce look() {
        return inForce.look();
    }

    InForce now() {
        return inForce.inForce();
    }

    /** Without asking the source. */
    Presented presented() {
        Identity identity = now().identity();
        Stream<String> others =
                Stream.concat(formerCertificates().stream(), settings.otherServedCertificates().stream());
        return new Presented(
                identity,
                Stream.concat(Stream.of(Fingerprint.sha256(identity.leaf())), others)
                        .distinct()
                        .toList());
    }

    private InForce inForce(Credentials credentials) throws UnusableIdentityException {
        Identity identity = credentials
                .identity()
                .orElseThrow(() -> new UnusableIdentityException(
                        "a replica needs a certificate with its key, but the source of its credentials has none"));
        if (!ViewSignature.canSign(identity.key())) {
            throw new UnusableIdentityException("the replica's key is of the kind "
                    + identity.key().getAlgorithm() + "; accepted are EC, RSA and Ed25519, which can sign its views");
        }
        ClientChains clients = new ClientChains(credentials.trust(), settings.revocation(), revocation);
        InForce made = new InForce(identity, TlsContexts.context(identity.keyManager(), log.watching(clients)));
        remember(Fingerprint.sha256(identity.leaf()));
        return made;
    }

    private void remember(String certificate) {
        synchronized (former) {
            Instant until = settings.clock().instant().plus(FORMER);
            latest.ifPresent(before -> former.addFirst(new Former(before, until)));
            latest = Optional.of(certificate);
            if (former.size() > MOST_FORMER) {
                former.removeLast();
            }
        }
    }

    private List<String> formerCertificates() {
        Instant now = settings.clock().instant();
        synchronized (former) {
            return former.stream()
                    .filter(one -> one.until().isAfter(now))
                    .map(Former::certificate)
                    .toList();
        }
    }
}
