package throughline.harness.middlebox;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Remembers what a replica showed, and judges it as it was told to: not at all, or by other means. */
final class ReplicaIdentityCheck extends X509ExtendedTrustManager {
    private final Optional<X509ExtendedTrustManager> judge;
    private volatile Optional<X509Certificate> leaf = Optional.empty();

    /** @param judge absent for an inspecting proxy that was told not to check */
    ReplicaIdentityCheck(Optional<X509ExtendedTrustManager> judge) {
        this.judge = judge;
    }

    /** What was shown last, accepted or not. */
    Optional<X509Certificate> leaf() {
        return leaf;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        leaf = Optional.of(chain[0]);
        if (judge.isPresent()) {
            judge.get().checkServerTrusted(chain, authType);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
            throws CertificateException {
        leaf = Optional.of(chain[0]);
        if (judge.isPresent()) {
            judge.get().checkServerTrusted(chain, authType, socket);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
            throws CertificateException {
        leaf = Optional.of(chain[0]);
        if (judge.isPresent()) {
            judge.get().checkServerTrusted(chain, authType, engine);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
