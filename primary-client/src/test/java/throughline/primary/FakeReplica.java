package throughline.primary;

import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import throughline.identity.Identity;
import throughline.identity.TlsContexts;
import throughline.identity.Trust;

/** The server's end of TLS over a connection that is there already; what is said inside is the test's. Only HTTP/1.1. */
final class FakeReplica {
    private final SSLContext context;
    private final boolean demandsCertificate;

    FakeReplica(Identity identity, Trust trust, boolean demandsCertificate) {
        this.context = TlsContexts.context(identity.keyManager(), trust.trustManager());
        this.demandsCertificate = demandsCertificate;
    }

    SSLSocket serve(Socket raw) throws IOException {
        SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(raw, null, true);
        tls.setUseClientMode(false);
        tls.setNeedClientAuth(demandsCertificate);
        tls.startHandshake();
        return tls;
    }
}
