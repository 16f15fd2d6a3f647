package throughline.harness.middlebox;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import throughline.identity.Identity;

/**
 * A box's identity towards replicas, mostly none. It remembers whether it was asked for one, which no alert can tell reliably:
 * their wording and even their code differ between versions of Java.
 */
final class OwnCertificate extends X509ExtendedKeyManager {
    private static final String ALIAS = "own";

    private final Optional<Identity> identity;
    private volatile boolean asked;

    OwnCertificate(Optional<Identity> identity) {
        this.identity = identity;
    }

    /** Whether there is none. */
    boolean empty() {
        return identity.isEmpty();
    }

    /** Whether the replica sent a CertificateRequest. */
    boolean asked() {
        return asked;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String @Nullable [] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        asked = true;
        return identity.isPresent() ? ALIAS : null;
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String @Nullable [] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        asked = true;
        return identity.isPresent() ? ALIAS : null;
    }

    @Override
    public String @Nullable [] getClientAliases(@Nullable String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public String @Nullable [] getServerAliases(@Nullable String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(
            @Nullable String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(@Nullable String alias) {
        return identity.isPresent() ? identity.get().chain().toArray(new X509Certificate[0]) : null;
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(@Nullable String alias) {
        return identity.isPresent() ? identity.get().key() : null;
    }
}
