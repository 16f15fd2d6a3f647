package throughline.primary.capture;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;
import throughline.identity.Identity;
import throughline.primary.evidence.CertificateFacts;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.TlsEvidence.CertificateAnswer;
import throughline.primary.evidence.TlsEvidence.CertificateRequested;

/**
 * Notes that a client certificate was asked for, and what was answered. It is always installed, with an identity or
 * without: only so does "never asked" mean that the other end did not ask.
 */
public final class WatchingKeyManager extends X509ExtendedKeyManager {
    private static final int MOST_ISSUERS = 50;

    private final Optional<Identity> identity;
    private final Optional<X509ExtendedKeyManager> actual;
    private final Watch watch;

    public WatchingKeyManager(Optional<Identity> identity, Watch watch) {
        this.identity = identity;
        this.actual = identity.map(Identity::keyManager);
        this.watch = watch;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        String alias = actual.map(keys -> keys.chooseClientAlias(keyTypes, issuers, socket))
                .orElse(null);
        List<String> named = names(issuers);
        CertificateAnswer answer = answer(alias, keyTypes, named);
        Optional<CertificateFacts> sent =
                alias == null ? Optional.empty() : identity.map(own -> CertificateFacts.of(own.leaf()));
        watch.of(socket).ifPresent(connection -> {
            connection.reached(Phase.CLIENT_CERTIFICATE);
            connection.note(
                    (number, after) -> new CertificateRequested(number, after, List.of(keyTypes), named, answer, sent));
        });
        return alias;
    }

    private CertificateAnswer answer(@Nullable String alias, String[] keyTypes, List<String> issuers) {
        if (alias != null) {
            return CertificateAnswer.SENT;
        }
        if (actual.isEmpty()) {
            return CertificateAnswer.NONE_CONFIGURED;
        }
        // Without any issuer named, only the kind of key can have been the reason.
        boolean keyFits = !issuers.isEmpty() && actual.get().chooseClientAlias(keyTypes, null, null) != null;
        return keyFits ? CertificateAnswer.ISSUER_NOT_NAMED : CertificateAnswer.KEY_NOT_ACCEPTED;
    }

    /** JSSE passes null under TLS 1.3 and an empty array under TLS 1.2 where the server names no issuer. */
    private static List<String> names(Principal @Nullable [] issuers) {
        return issuers == null
                ? List.of()
                : Arrays.stream(issuers)
                        .limit(MOST_ISSUERS)
                        .map(issuer -> issuer instanceof X500Principal name
                                ? name.getName(X500Principal.RFC2253)
                                : issuer.getName())
                        .toList();
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
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
