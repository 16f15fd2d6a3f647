package throughline.identity;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * A private key with its certificate chain: what an endpoint shows in a TLS handshake. The chain goes on the wire as it
 * stands here, leaf first (RFC 8446, 4.4.2).
 */
public final class Identity {
    private final PrivateKey key;
    private final List<X509Certificate> chain;

    private Identity(PrivateKey key, List<X509Certificate> chain) {
        this.key = key;
        this.chain = chain;
    }

    /**
     * Joins a key and a chain that belong together, which is proved by signing a random challenge. Validity dates, names
     * and the order behind the leaf are not looked at: judging those is the other end's business.
     *
     * @param key EC, RSA, RSASSA-PSS, Ed25519 or Ed448; it may live in a token and have no encoding
     * @param chain leaf first
     * @throws UnusableIdentityException if the chain is empty or the key is not the leaf's
     */
    public static Identity of(PrivateKey key, List<X509Certificate> chain) throws UnusableIdentityException {
        List<X509Certificate> copy = List.copyOf(chain);
        if (copy.isEmpty()) {
            throw new UnusableIdentityException(
                    "An identity needs its certificate beside the key, but the certificate chain is empty.");
        }
        if (!KeyProof.by(key).verifiedBy(copy.get(0).getPublicKey())) {
            throw new UnusableIdentityException("The private key (%s) does not match the certificate %s."
                    .formatted(key.getAlgorithm(), CertificateText.subject(copy.get(0))));
        }
        return new Identity(key, copy);
    }

    /**
     * Joins a key and a chain without proof that they belong together: for whoever has just made both and would pay for
     * a signature that says nothing new, and for tests that need an identity which the other end must refuse (RFC 8446,
     * 4.4.3). What comes out of files or from a user goes through {@link #of}.
     *
     * @param chain leaf first
     * @throws IllegalArgumentException if it is empty
     */
    public static Identity unproven(PrivateKey key, List<X509Certificate> chain) {
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("An identity needs at least one certificate.");
        }
        return new Identity(key, List.copyOf(chain));
    }

    /**
     * What a key manager holds under an alias at this moment, be it of files, of a token (PKCS#11) or of the Windows
     * store. A key that cannot leave its token needs the token's provider among those of {@code java.security.Security}:
     * JSSE looks for a signature's maker nowhere else, nor does this.
     *
     * @throws UnusableIdentityException if the key or the chain is missing, or the key is not the leaf's
     */
    public static Identity of(X509ExtendedKeyManager keys, String alias) throws UnusableIdentityException {
        PrivateKey key = keys.getPrivateKey(alias);
        X509Certificate[] chain = keys.getCertificateChain(alias);
        if (key == null || chain == null) {
            throw new UnusableIdentityException(
                    "The key manager has no private key with its certificate chain under the alias \"%s\"."
                            .formatted(alias.replaceAll("\\p{Cntrl}", "?")));
        }
        return of(key, List.of(chain));
    }

    /** May have no encoding: it is there to sign. */
    public PrivateKey key() {
        return key;
    }

    /** Never empty, cannot be changed. */
    public List<X509Certificate> chain() {
        return chain;
    }

    public X509Certificate leaf() {
        return chain.get(0);
    }

    /**
     * Answers for this identity only, and chooses as JSSE's {@code SunX509} does: the leaf's key type must be asked for,
     * and where the peer names issuers, one of them must have issued a certificate of the chain. Otherwise there is no
     * alias, and the endpoint sends an empty chain.
     */
    public X509ExtendedKeyManager keyManager() {
        return new IdentityKeyManager(this);
    }

    /** The same chain, and keys that say they are the same; a key in a token may say so of itself only. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Identity that && chain.equals(that.chain) && key.equals(that.key);
    }

    @Override
    public int hashCode() {
        return Objects.hash(chain);
    }

    /** Names the leaf's subject and never the key. */
    @Override
    public String toString() {
        return "Identity[" + CertificateText.subject(leaf()) + "]";
    }
}
