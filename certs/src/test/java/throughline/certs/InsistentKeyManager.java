package throughline.certs;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import throughline.identity.Identity;

/** Shows its certificate whichever issuers are asked for, as OpenSSL does and JSSE does not. */
final class InsistentKeyManager extends X509ExtendedKeyManager {
    private final X509ExtendedKeyManager identity;

    private InsistentKeyManager(X509ExtendedKeyManager identity) {
        this.identity = identity;
    }

    static InsistentKeyManager of(Identity identity) {
        return new InsistentKeyManager(identity.keyManager());
    }

    @Override
    public @Nullable String chooseClientAlias(
            String @Nullable [] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return identity.chooseClientAlias(keyTypes, null, socket);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String @Nullable [] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return identity.chooseEngineClientAlias(keyTypes, null, engine);
    }

    @Override
    public @Nullable String chooseServerAlias(
            @Nullable String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return identity.chooseServerAlias(keyType, null, socket);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            @Nullable String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return identity.chooseEngineServerAlias(keyType, null, engine);
    }

    @Override
    public String @Nullable [] getClientAliases(@Nullable String keyType, Principal @Nullable [] issuers) {
        return identity.getClientAliases(keyType, null);
    }

    @Override
    public String @Nullable [] getServerAliases(@Nullable String keyType, Principal @Nullable [] issuers) {
        return identity.getServerAliases(keyType, null);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(@Nullable String alias) {
        return identity.getCertificateChain(alias);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(@Nullable String alias) {
        return identity.getPrivateKey(alias);
    }
}
