package throughline.identity;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** The certificates an endpoint believes without further proof: the trust anchors of RFC 5280, 6.1.1 (d). */
public final class Trust {
    private final List<X509Certificate> anchors;
    private final X509ExtendedTrustManager trustManager;

    private Trust(List<X509Certificate> anchors, X509ExtendedTrustManager trustManager) {
        this.anchors = anchors;
        this.trustManager = trustManager;
    }

    /**
     * Trusts exactly these. An anchor need not be self-signed, and its own validity dates are not checked by PKIX.
     *
     * @throws UnusableIdentityException if there is no anchor, or the platform's trust manager refuses them
     */
    public static Trust of(Collection<X509Certificate> anchors) throws UnusableIdentityException {
        List<X509Certificate> distinct = List.copyOf(new LinkedHashSet<>(anchors));
        if (distinct.isEmpty()) {
            throw new UnusableIdentityException("Trust needs at least one certificate, but none was given.");
        }
        try {
            return new Trust(distinct, platformTrustManager(storeOf(distinct)));
        } catch (GeneralSecurityException | IOException refused) {
            throw new UnusableIdentityException(
                    "The platform's trust manager does not accept these anchors: " + subjects(distinct) + ".", refused);
        }
    }

    /**
     * The JDK's default trust store: its {@code cacerts}, or what {@code javax.net.ssl.trustStore} names. It may hold no
     * anchor, and then trusts nobody.
     *
     * @throws IllegalStateException if that store cannot be read
     */
    public static Trust platform() {
        try {
            X509ExtendedTrustManager trustManager = platformTrustManager(null);
            return new Trust(List.of(trustManager.getAcceptedIssuers()), trustManager);
        } catch (GeneralSecurityException unreadable) {
            throw new IllegalStateException("The default trust store of this Java cannot be read.", unreadable);
        }
    }

    /** Without duplicates, in the order given; cannot be changed. */
    public List<X509Certificate> anchors() {
        return anchors;
    }

    /** The platform's PKIX trust manager, without revocation checks. Thread-safe; the same one each time. */
    public X509ExtendedTrustManager trustManager() {
        return trustManager;
    }

    /** The same anchors in the same order. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Trust that && anchors.equals(that.anchors);
    }

    @Override
    public int hashCode() {
        return anchors.hashCode();
    }

    @Override
    public String toString() {
        return anchors.size() <= 5 ? "Trust[" + subjects(anchors) + "]" : "Trust[" + anchors.size() + " anchors]";
    }

    private static KeyStore storeOf(List<X509Certificate> anchors) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (int i = 0; i < anchors.size(); i++) {
            store.setCertificateEntry("anchor-" + i, anchors.get(i));
        }
        return store;
    }

    private static X509ExtendedTrustManager platformTrustManager(@Nullable KeyStore store)
            throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return Arrays.stream(factory.getTrustManagers())
                .filter(X509ExtendedTrustManager.class::isInstance)
                .map((TrustManager manager) -> (X509ExtendedTrustManager) manager)
                .findFirst()
                .orElseThrow(() -> new GeneralSecurityException("PKIX gave no X509ExtendedTrustManager"));
    }

    private static String subjects(List<X509Certificate> anchors) {
        return anchors.stream().map(CertificateText::subject).collect(Collectors.joining("; "));
    }
}
