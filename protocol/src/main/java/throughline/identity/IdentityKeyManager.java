package throughline.identity;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** One identity under one alias, or none: the choice that {@code SunX509} makes, without a key store behind it. */
final class IdentityKeyManager extends X509ExtendedKeyManager {
    private static final String ALIAS = "identity";

    private final Identity identity;
    private final Set<X500Principal> chainIssuers;

    IdentityKeyManager(Identity identity) {
        this.identity = identity;
        this.chainIssuers = identity.chain().stream()
                .map(X509Certificate::getIssuerX500Principal)
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public @Nullable String chooseClientAlias(
            String @Nullable [] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return choose(keyTypes, issuers);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String @Nullable [] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return choose(keyTypes, issuers);
    }

    @Override
    public @Nullable String chooseServerAlias(
            @Nullable String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return fits(keyType, issuers) ? ALIAS : null;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            @Nullable String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return fits(keyType, issuers) ? ALIAS : null;
    }

    @Override
    public String @Nullable [] getClientAliases(@Nullable String keyType, Principal @Nullable [] issuers) {
        return fits(keyType, issuers) ? new String[] {ALIAS} : null;
    }

    @Override
    public String @Nullable [] getServerAliases(@Nullable String keyType, Principal @Nullable [] issuers) {
        return fits(keyType, issuers) ? new String[] {ALIAS} : null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(@Nullable String alias) {
        return ALIAS.equals(alias) ? identity.chain().toArray(new X509Certificate[0]) : null;
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(@Nullable String alias) {
        return ALIAS.equals(alias) ? identity.key() : null;
    }

    private @Nullable String choose(String @Nullable [] keyTypes, Principal @Nullable [] issuers) {
        boolean anyFits = keyTypes != null && Arrays.stream(keyTypes).anyMatch(type -> fits(type, issuers));
        return anyFits ? ALIAS : null;
    }

    private boolean fits(@Nullable String keyType, Principal @Nullable [] issuers) {
        return keyType != null && keyFits(keyType) && issuerFits(issuers);
    }

    /** {@code EC_RSA} is an EC key whose certificate is signed with RSA: the TLS 1.2 names for ECDH and ECDSA suites. */
    private boolean keyFits(String keyType) {
        int underscore = keyType.indexOf('_');
        if (underscore < 0) {
            return keyType.equals(keyAlgorithm(identity.leaf()));
        }
        return keyType.substring(0, underscore).equals(keyAlgorithm(identity.leaf()))
                && signedWith(keyType.substring(underscore + 1));
    }

    private boolean signedWith(String algorithm) {
        if (identity.chain().size() > 1) {
            return algorithm.equals(keyAlgorithm(identity.chain().get(1)));
        }
        String signature = identity.leaf().getSigAlgName().toUpperCase(Locale.ROOT);
        return signature.contains("WITH" + algorithm.toUpperCase(Locale.ROOT));
    }

    private static String keyAlgorithm(X509Certificate certificate) {
        return certificate.getPublicKey().getAlgorithm();
    }

    /** Nothing named, as null under TLS 1.3 or as an empty list under 1.2, means that any issuer will do. */
    private boolean issuerFits(Principal @Nullable [] issuers) {
        return issuers == null
                || issuers.length == 0
                || Arrays.stream(issuers)
                        .flatMap(issuer -> distinguishedName(issuer).stream())
                        .anyMatch(chainIssuers::contains);
    }

    private static Optional<X500Principal> distinguishedName(Principal issuer) {
        if (issuer instanceof X500Principal distinguished) {
            return Optional.of(distinguished);
        }
        try {
            return Optional.of(new X500Principal(issuer.getName()));
        } catch (IllegalArgumentException notDistinguished) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "KeyManager of " + identity;
    }
}
