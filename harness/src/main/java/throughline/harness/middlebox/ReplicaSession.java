package throughline.harness.middlebox;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.security.cert.CertificateException;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import throughline.identity.TlsContexts;

/** The box's own TLS session with the replica: another hello, mostly no client certificate, nothing to resume. */
final class ReplicaSession {
    private final Destination target;
    private final OwnCertificate identity;
    private final SSLSocket socket;
    private final InputStream input;
    private final OutputStream output;

    private ReplicaSession(Destination target, OwnCertificate identity, SSLSocket socket) throws IOException {
        this.target = target;
        this.identity = identity;
        this.socket = socket;
        // A replica that refuses after the handshake closes the socket, which then gives no streams any more.
        this.input = new BufferedInputStream(socket.getInputStream(), HttpBody.CHUNK);
        this.output = socket.getOutputStream();
    }

    /**
     * Connects and finishes the handshake; under TLS 1.3 the replica may still refuse afterwards.
     *
     * @param protocol the only one that is offered by ALPN (RFC 7301)
     */
    static ReplicaSession open(
            Crossing crossing, TlsEnds settings, Destination target, ReplicaIdentityCheck check, String protocol)
            throws IOException {
        InetSocketAddress address = settings.routes()
                .lookup(target.host(), target.port())
                .orElseThrow(() -> new ReplicaFailedException("the name " + target.host() + " cannot be resolved"));
        CountedSocket raw = dial(crossing, address);
        raw.limitReading(crossing.patience());
        ReplicaSession session = layered(raw, settings, check, target, protocol);
        session.handshake();
        raw.unlimitReading();
        return session;
    }

    /** Whether the replica asked for a client certificate; it may still have done without. */
    boolean certificateDemanded() {
        return identity.asked();
    }

    /** What was agreed on by ALPN; empty when nothing was. */
    String protocol() {
        String agreed = socket.getApplicationProtocol();
        return agreed == null ? "" : agreed;
    }

    /** What the replica answers; always the same stream. */
    InputStream input() {
        return input;
    }

    OutputStream output() {
        return output;
    }

    /** Says goodbye, where that is still possible; not while somebody writes. */
    void finish() {
        try {
            socket.shutdownOutput();
        } catch (IOException gone) {
            // The replica will notice without it.
        }
    }

    /** Why no answer came, given what happened instead of the first one. */
    ReplicaFailedException withoutFirstAnswer(IOException instead) {
        return identity.asked() && identity.empty()
                ? ReplicaFailedException.demandsCertificate(ReplicaFault.DEMANDED_LATE, target.host(), instead)
                : withoutAnswer(instead);
    }

    /** The same for later answers: whoever has answered once did not mind the missing certificate. */
    ReplicaFailedException withoutAnswer(IOException instead) {
        return ReplicaFailedException.of(
                ReplicaFault.FAILED, target + " did not answer: " + instead.getMessage(), instead);
    }

    private void handshake() throws ReplicaFailedException {
        try {
            socket.startHandshake();
        } catch (IOException failed) {
            throw failedHandshake(failed);
        }
    }

    private ReplicaFailedException failedHandshake(IOException failed) {
        Optional<Throwable> distrust = Stream.<Throwable>iterate(failed, cause -> cause != null, Throwable::getCause)
                .filter(CertificateException.class::isInstance)
                .findFirst();
        if (distrust.isPresent()) {
            return ReplicaFailedException.of(
                    ReplicaFault.NOT_TRUSTED,
                    "could not verify the certificate of " + target.host() + ": "
                            + distrust.get().getMessage(),
                    failed);
        }
        if (identity.asked() && identity.empty()) {
            return ReplicaFailedException.demandsCertificate(ReplicaFault.DEMANDED, target.host(), failed);
        }
        return ReplicaFailedException.of(
                ReplicaFault.FAILED,
                "could not open a TLS session with " + target + ": " + failed.getMessage(),
                failed);
    }

    private static CountedSocket dial(Crossing crossing, InetSocketAddress address) throws ReplicaFailedException {
        try {
            return crossing.dial(address);
        } catch (IOException unreachable) {
            throw ReplicaFailedException.of(
                    ReplicaFault.UNREACHABLE, String.valueOf(unreachable.getMessage()), unreachable);
        }
    }

    private static ReplicaSession layered(
            CountedSocket raw, TlsEnds settings, ReplicaIdentityCheck check, Destination target, String protocol)
            throws IOException {
        OwnCertificate identity = new OwnCertificate(settings.own());
        SSLSocket socket = (SSLSocket) TlsContexts.context(identity, check)
                .getSocketFactory()
                .createSocket(raw, target.host(), target.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {protocol});
        if (settings.replicaTrust().isPresent()) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        socket.setSSLParameters(parameters);
        return new ReplicaSession(target, identity, socket);
    }
}
