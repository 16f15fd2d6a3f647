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
import javax.net.ssl.X509ExtendedTrustManager;
import throughline.identity.TlsContexts;

/** The inspector's own TLS session with the replica: another hello, no client certificate, nothing to resume. */
final class ReplicaSession {
    private final Destination target;
    private final NoClientCertificate identity;
    private final SSLSocket socket;
    private final InputStream input;
    private final OutputStream output;

    private ReplicaSession(Destination target, NoClientCertificate identity, SSLSocket socket) throws IOException {
        this.target = target;
        this.identity = identity;
        this.socket = socket;
        // A replica that refuses after the handshake closes the socket, which then gives no streams any more.
        this.input = new BufferedInputStream(socket.getInputStream(), HttpBody.CHUNK);
        this.output = socket.getOutputStream();
    }

    /** Connects and finishes the handshake; under TLS 1.3 the replica may still refuse afterwards. */
    static ReplicaSession open(Crossing crossing, InspectorSettings settings, Destination target) throws IOException {
        InetSocketAddress address = settings.routes()
                .lookup(target.host(), target.port())
                .orElseThrow(() -> new ReplicaFailedException("the name " + target.host() + " cannot be resolved"));
        CountedSocket raw = dial(crossing, address);
        raw.limitReading(crossing.patience());
        ReplicaSession session = layered(raw, settings.replicaCheck(), target);
        session.handshake();
        raw.unlimitReading();
        return session;
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
        return identity.asked()
                ? ReplicaFailedException.demandsCertificate(target.host(), instead)
                : withoutAnswer(instead);
    }

    /** The same for later answers: whoever has answered once did not mind the missing certificate. */
    ReplicaFailedException withoutAnswer(IOException instead) {
        return ReplicaFailedException.of(target + " did not answer: " + instead.getMessage(), instead);
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
                    "could not verify the certificate of " + target.host() + ": "
                            + distrust.get().getMessage(),
                    failed);
        }
        if (identity.asked()) {
            return ReplicaFailedException.demandsCertificate(target.host(), failed);
        }
        return ReplicaFailedException.of(
                "could not open a TLS session with " + target + ": " + failed.getMessage(), failed);
    }

    private static CountedSocket dial(Crossing crossing, InetSocketAddress address) throws ReplicaFailedException {
        try {
            return crossing.dial(address);
        } catch (IOException unreachable) {
            throw ReplicaFailedException.of(String.valueOf(unreachable.getMessage()), unreachable);
        }
    }

    private static ReplicaSession layered(
            CountedSocket raw, Optional<X509ExtendedTrustManager> check, Destination target) throws IOException {
        NoClientCertificate identity = new NoClientCertificate();
        SSLSocket socket = (SSLSocket) TlsContexts.context(identity, check.orElseGet(AnyCertificate::new))
                .getSocketFactory()
                .createSocket(raw, target.host(), target.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        if (check.isPresent()) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        socket.setSSLParameters(parameters);
        return new ReplicaSession(target, identity, socket);
    }
}
