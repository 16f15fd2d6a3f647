package throughline.harness.face;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import throughline.certs.CertificateAuthority;
import throughline.certs.KeyType;
import throughline.certs.LeafRequest;
import throughline.identity.Identity;
import throughline.identity.Trust;
import throughline.identity.UnusableIdentityException;

/**
 * The certificates of a recording. The replica's is such that a copy of it is told from a certificate made up for its name: an
 * organisation, two names, a P-256 key and a validity of its own.
 */
public final class FaceLaboratory {
    /** Whom the client asks for. */
    public static final String HOST = "replica.test";

    private static final Duration HOUR = Duration.ofHours(1);

    private final CertificateAuthority root;
    private final CertificateAuthority inspection;
    private final CertificateAuthority unknown;
    private final Identity replica;
    private final Identity client;
    private final Identity expired;
    private final Identity stranger;

    public FaceLaboratory(InstantSource clock) {
        root = CertificateAuthority.root(new X500Principal("CN=Lab Root CA, O=Lab Corp"), clock);
        inspection = CertificateAuthority.root("Acme TLS Inspection CA", KeyType.RSA_2048, clock);
        unknown = CertificateAuthority.root(new X500Principal("CN=Rogue Root, O=Rogue"), clock);
        replica = root.issue(LeafRequest.server(HOST)
                .withDnsNames(HOST, "replica-2.test")
                .withValidity(
                        Duration.ofDays(-5).minus(HOUR), Duration.ofDays(90).plus(HOUR)));
        client = root.issue(LeafRequest.client("primary.test"));
        expired = root.issue(LeafRequest.client("primary.test").withValidity(Duration.ofDays(-4), Duration.ofDays(-1)));
        stranger = unknown.issue(LeafRequest.client("primary.test"));
    }

    /** Of replica and client. */
    public CertificateAuthority root() {
        return root;
    }

    /**
     * The box's, with an RSA key, as those who set up a product make it: it gives its leaves a key of the same type. The client
     * trusts it, the replica does not.
     */
    public CertificateAuthority inspection() {
        return inspection;
    }

    public Identity replica() {
        return replica;
    }

    /** Good for the replica. */
    public Identity client() {
        return client;
    }

    /** What a box believes that knows the replica's authority, or does not. */
    public Trust trust(boolean known) {
        return trust((known ? root : unknown).certificate());
    }

    /** Another certificate for the replica's name, from its authority: what a load balancer before it shows. */
    public Identity balancer() {
        return root.issue(LeafRequest.server(HOST));
    }

    /** As a server that sends its root as well. */
    Identity replicaWithRoot() {
        return Identity.unproven(replica.key(), List.of(replica.leaf(), root.certificate()));
    }

    /** A certificate of a box's own that the replica accepts. */
    public Identity ownOfBox() {
        return root.issue(LeafRequest.client("proxy.test"));
    }

    boolean isClients(X509Certificate shown) {
        return Stream.of(client, expired, stranger).anyMatch(one -> one.leaf().equals(shown));
    }

    List<Identity> shown(Fault fault) {
        return switch (fault) {
            case CLIENT_WITHOUT_CERTIFICATE -> List.of();
            case CLIENT_CERTIFICATE_EXPIRED -> List.of(expired);
            case CLIENT_CERTIFICATE_UNKNOWN -> List.of(stranger);
            case NONE,
                    BOX_UNTRUSTED,
                    REPLICA_UNTRUSTED,
                    REPLICA_DOWN,
                    REPLICA_UNREACHABLE,
                    NAME_UNKNOWN,
                    LOGIN_MISSING,
                    LOGIN_WRONG,
                    DENIED,
                    REPLICA_SLOW,
                    STALL_MID_BODY,
                    REQUEST_TOO_LARGE,
                    ANSWER_TOO_LARGE -> List.of(client);
        };
    }

    private static Trust trust(X509Certificate anchor) {
        try {
            return Trust.of(List.of(anchor));
        } catch (UnusableIdentityException impossible) {
            throw new IllegalStateException("the lab's own authority cannot be used", impossible);
        }
    }
}
