package throughline.identity;

import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * Makes JSSE contexts. Each is fresh and so has an empty session cache: connections of one context may resume one
 * another's sessions, and a resumed handshake asks neither key manager nor trust manager.
 */
public final class TlsContexts {
    private TlsContexts() {}

    /**
     * One identity, one judge of the other end's.
     *
     * @throws IllegalStateException if this Java refuses to make one
     */
    public static SSLContext context(KeyManager keyManager, TrustManager trustManager) {
        return context(new KeyManager[] {keyManager}, trustManager);
    }

    /** Without any identity: not even the one that {@code javax.net.ssl.keyStore} may name. */
    public static SSLContext context(TrustManager trustManager) {
        return context(new KeyManager[0], trustManager);
    }

    private static SSLContext context(KeyManager[] keyManagers, TrustManager trustManager) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers, new TrustManager[] {trustManager}, null);
            return context;
        } catch (GeneralSecurityException refused) {
            throw new IllegalStateException("This Java cannot make a TLS context.", refused);
        }
    }
}
