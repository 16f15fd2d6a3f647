package throughline.primary.capture;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import throughline.identity.Trust;
import throughline.identity.revocation.RevocationCheck;
import throughline.identity.revocation.RevocationPolicy;
import throughline.identity.revocation.RevocationStatus;
import throughline.primary.evidence.CertificateFacts;
import throughline.primary.evidence.CertificateRevocation;
import throughline.primary.evidence.TlsEvidence.RevocationChecked;

/** Asks about the revocation of a server's chain that was found trusted, and notes what came back. */
public final class ServerRevocation {
    private final RevocationPolicy policy;
    private final RevocationCheck check;
    private final Trust trust;

    public ServerRevocation(RevocationPolicy policy, RevocationCheck check, Trust trust) {
        this.policy = policy;
        this.check = check;
        this.trust = trust;
    }

    /**
     * Blocks while it asks.
     *
     * @throws CertificateException if the policy refuses the chain
     */
    void check(X509Certificate[] chain, @Nullable Socket socket, Optional<ConnectionLog> connection)
            throws CertificateException {
        if (policy == RevocationPolicy.OFF) {
            return;
        }
        long started = System.nanoTime();
        List<RevocationStatus> statuses = check.check(List.of(chain), trust, stapled(socket));
        Duration took = Duration.ofNanos(System.nanoTime() - started);
        Optional<RevocationStatus> refused = policy.refused(statuses);
        List<CertificateRevocation> found =
                statuses.stream().map(ServerRevocation::found).toList();
        connection.ifPresent(log -> {
            log.ownWork(took);
            log.note((number, after) -> new RevocationChecked(number, after, refused.isEmpty(), found, took));
        });
        if (refused.isPresent()) {
            throw new CertificateException("revocation: " + refused.get().text());
        }
    }

    /** One answer for each certificate, in the chain's order (RFC 8446 section 4.4.2.1); under TLS 1.2 for the leaf only. */
    private static List<byte[]> stapled(@Nullable Socket socket) {
        return socket instanceof SSLSocket tls && tls.getHandshakeSession() instanceof ExtendedSSLSession session
                ? session.getStatusResponses()
                : List.of();
    }

    private static CertificateRevocation found(RevocationStatus status) {
        return new CertificateRevocation(
                CertificateFacts.of(status.certificate()).subject(),
                status.state(),
                status.source(),
                status.address().map(address -> Scrubber.line(address.toString())),
                Scrubber.line(status.text()));
    }
}
