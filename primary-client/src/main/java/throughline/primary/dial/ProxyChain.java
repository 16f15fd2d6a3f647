package throughline.primary.dial;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import throughline.identity.Identity;
import throughline.identity.Trust;
import throughline.primary.capture.ShownChain;
import throughline.primary.evidence.CertificateFacts;

/** What certificates are shown, and asked for, in one handshake with a proxy. */
final class ProxyChain {
    private final ShownChain trust;
    private volatile boolean asked;
    private volatile boolean sent;

    ProxyChain(Trust trust) {
        this.trust = new Judge(trust.trustManager());
    }

    /** The proxy's chain as it was sent; empty where it did not come so far. */
    List<CertificateFacts> shown() {
        return trust.shown();
    }

    boolean asked() {
        return asked;
    }

    boolean sent() {
        return sent;
    }

    TrustManager trustManager() {
        return trust;
    }

    /** Installed with an identity or without: only so is it known that the proxy asked. */
    KeyManager keyManager(Optional<Identity> identity) {
        return new Keys(identity.map(Identity::keyManager));
    }

    private static final class Judge extends ShownChain {
        private final X509ExtendedTrustManager actual;

        Judge(X509ExtendedTrustManager actual) {
            this.actual = actual;
        }

        @Override
        protected void judge(X509Certificate[] chain, String authType, Socket socket) throws CertificateException {
            actual.checkServerTrusted(chain, authType, socket);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return actual.getAcceptedIssuers();
        }
    }

    private final class Keys extends X509ExtendedKeyManager {
        private final Optional<X509ExtendedKeyManager> actual;

        Keys(Optional<X509ExtendedKeyManager> actual) {
            this.actual = actual;
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
            String alias = actual.map(keys -> keys.chooseClientAlias(keyTypes, issuers, socket))
                    .orElse(null);
            asked = true;
            sent = alias != null;
            return alias;
        }

        @Override
        public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
            return actual.map(keys -> keys.getClientAliases(keyType, issuers)).orElse(null);
        }

        @Override
        public X509Certificate @Nullable [] getCertificateChain(String alias) {
            return actual.map(keys -> keys.getCertificateChain(alias)).orElse(null);
        }

        @Override
        public @Nullable PrivateKey getPrivateKey(String alias) {
            return actual.map(keys -> keys.getPrivateKey(alias)).orElse(null);
        }

        @Override
        public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }
    }
}
