package throughline.primary.capture;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import throughline.primary.evidence.Failure;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.TlsEvidence.ChainShown;

/**
 * Notes what the server showed and passes on the decision of the platform's own trust manager. Extended, because JSSE
 * wraps a plain one and then checks differently.
 */
public final class WatchingTrustManager extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager actual;
    private final ServerRevocation revocation;
    private final Watch watch;

    public WatchingTrustManager(X509ExtendedTrustManager actual, ServerRevocation revocation, Watch watch) {
        this.actual = actual;
        this.revocation = revocation;
        this.watch = watch;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
            throws CertificateException {
        try {
            actual.checkServerTrusted(chain, authType, socket);
            note(socket, chain, Optional.empty());
        } catch (CertificateException e) {
            note(socket, chain, Optional.of(Failures.of(e)));
            throw e;
        }
        revocation.check(chain, socket, watch.of(socket));
    }

    private void note(@Nullable Socket socket, X509Certificate[] chain, Optional<Failure> failure) {
        if (chain.length == 0) {
            return;
        }
        var facts = ChainFacts.of(chain);
        int linked = ChainFacts.linked(chain);
        boolean anchored = ChainFacts.anchored(chain, linked, actual.getAcceptedIssuers());
        watch.of(socket).ifPresent(connection -> {
            connection.reached(Phase.SERVER_CERTIFICATE);
            connection.note((number, after) ->
                    new ChainShown(number, after, facts, linked, failure.isEmpty(), anchored, failure));
        });
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        actual.checkServerTrusted(chain, authType, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        actual.checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        actual.checkClientTrusted(chain, authType, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        actual.checkClientTrusted(chain, authType, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        actual.checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return actual.getAcceptedIssuers();
    }
}
