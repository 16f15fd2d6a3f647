package throughline.replica;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import throughline.identity.Identity;

/** Presents its chain whatever issuers the replica names, as openssl and curl do, and counts how often it was asked to. */
final class InsistentKeyManager extends X509ExtendedKeyManager {
    private final PrivateKey key;
    private final List<X509Certificate> chain;
    final AtomicInteger asked = new AtomicInteger();

    InsistentKeyManager(Identity identity) {
        this(identity.key(), identity.chain());
    }

    /** The key need not be the chain's. */
    InsistentKeyManager(PrivateKey key, List<X509Certificate> chain) {
        this.key = key;
        this.chain = chain;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        if (!List.of(keyTypes).contains("EC")) {
            return null;
        }
        asked.incrementAndGet();
        return "mine";
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return chain.toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return key;
    }

    @Override
    public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return new String[] {"mine"};
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return new String[0];
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
