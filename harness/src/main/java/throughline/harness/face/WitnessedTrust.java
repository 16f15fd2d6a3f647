package throughline.harness.face;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Remembers which chain it was shown and what another one thinks of it, and goes on all the same unless told otherwise. */
final class WitnessedTrust extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager judge;
    private final boolean strict;
    private volatile List<X509Certificate> chain = List.of();
    private volatile boolean refused;

    WitnessedTrust(X509ExtendedTrustManager judge, boolean strict) {
        this.judge = judge;
        this.strict = strict;
    }

    /** As it came on the wire; empty before it came. */
    List<X509Certificate> chain() {
        return chain;
    }

    Optional<X509Certificate> seen() {
        return chain.stream().findFirst();
    }

    boolean refused() {
        return refused;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String type, @Nullable Socket socket)
            throws CertificateException {
        judged(shown, () -> judge.checkClientTrusted(shown, type, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String type, @Nullable Socket socket)
            throws CertificateException {
        judged(shown, () -> judge.checkServerTrusted(shown, type, socket));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String type, @Nullable SSLEngine engine)
            throws CertificateException {
        judged(shown, () -> judge.checkClientTrusted(shown, type, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String type, @Nullable SSLEngine engine)
            throws CertificateException {
        judged(shown, () -> judge.checkServerTrusted(shown, type, engine));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String type) throws CertificateException {
        judged(shown, () -> judge.checkClientTrusted(shown, type));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String type) throws CertificateException {
        judged(shown, () -> judge.checkServerTrusted(shown, type));
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return judge.getAcceptedIssuers();
    }

    private void judged(X509Certificate[] shown, Judgement judgement) throws CertificateException {
        chain = List.of(shown);
        try {
            judgement.pass();
        } catch (CertificateException no) {
            refused = true;
            if (strict) {
                throw no;
            }
        }
    }

    private interface Judgement {
        void pass() throws CertificateException;
    }
}
