package throughline.certs;

import java.net.URI;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import throughline.identity.Identity;

/**
 * A certification authority, alive as long as the object: its key is written nowhere. Thread-safe.
 *
 * <p>Its certificate is valid from ten days before the clock's time at its making, so that leaves may have expired while
 * it has not, to ten years after. What it signs, it signs by its own key type.
 */
public final class CertificateAuthority {
    private static final String ORGANISATION = "Throughline Lab";
    private static final Duration BEFORE = Duration.ofDays(10);
    private static final Duration AFTER = Duration.ofDays(3650);

    private final InstantSource clock;
    private final X500Name subject;
    private final KeyPair keys;
    private final X509Certificate certificate;
    /** What goes behind a leaf on the wire: this authority and those above it, without the root. */
    private final List<X509Certificate> intermediates;

    private final Map<KeyType, KeyPair> leafKeys = new EnumMap<>(KeyType.class);
    private final AtomicLong crls = new AtomicLong();

    private CertificateAuthority(
            InstantSource clock,
            X500Name subject,
            KeyPair keys,
            X509Certificate certificate,
            List<X509Certificate> intermediates) {
        this.clock = clock;
        this.subject = subject;
        this.keys = keys;
        this.certificate = certificate;
        this.intermediates = intermediates;
    }

    /** Signed by itself, subject {@code O=Throughline Lab, CN=commonName}, with a P-256 key. */
    public static CertificateAuthority root(String commonName, InstantSource clock) {
        return root(commonName, KeyType.EC_P256, clock);
    }

    /** Signed by itself, subject {@code O=Throughline Lab, CN=commonName}. */
    public static CertificateAuthority root(String commonName, KeyType keyType, InstantSource clock) {
        X500NameBuilder name = new X500NameBuilder().addRDN(BCStyle.O, ORGANISATION);
        return root(name.addRDN(BCStyle.CN, commonName).build(), keyType, clock);
    }

    /** Signed by itself, with a P-256 key. What it issues bears its subject with another common name. */
    public static CertificateAuthority root(X500Principal subject, InstantSource clock) {
        return root(X500Name.getInstance(subject.getEncoded()), KeyType.EC_P256, clock);
    }

    private static CertificateAuthority root(X500Name subject, KeyType keyType, InstantSource clock) {
        KeyPair keys = KeyPairs.of(keyType);
        X509Certificate certificate =
                authority(subject, keys.getPublic(), subject, keys, clock).signedBy(keys.getPrivate());
        return new CertificateAuthority(clock, subject, keys, certificate, List.of());
    }

    /** Another root with the same subject and another key of the same type. */
    CertificateAuthority namesake() {
        return root(subject, keyType(), clock);
    }

    /** An authority below this one, by the same clock and with the same type of key. */
    public CertificateAuthority intermediate(String commonName) {
        return intermediate(commonName, keyType());
    }

    /** An authority below this one, by the same clock. */
    public CertificateAuthority intermediate(String commonName, KeyType keyType) {
        return intermediate(commonName, keyType, UnaryOperator.identity());
    }

    CertificateAuthority intermediate(String commonName, KeyType keyType, UnaryOperator<CertificateDraft> change) {
        KeyPair below = KeyPairs.of(keyType);
        X500Name name = withCommonName(Optional.of(commonName));
        X509Certificate signed = change.apply(authority(name, below.getPublic(), subject, keys, clock))
                .signedBy(keys.getPrivate());
        return new CertificateAuthority(clock, name, below, signed, chainBehind(signed));
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /**
     * This authority's certificate with its key, for what else signs in its name, such as an OCSP responder (RFC 6960,
     * 4.2.2.2). The chain leaves the root out unless this is the root.
     */
    public Identity identity() {
        return Identity.unproven(keys.getPrivate(), intermediates.isEmpty() ? List.of(certificate) : intermediates);
    }

    /** Of its own key, and of what it signs. */
    KeyType keyType() {
        return KeyType.of(keys.getPublic()).orElseThrow();
    }

    InstantSource clock() {
        return clock;
    }

    /** A leaf with a key of its own. The chain leaves the root out, as RFC 8446, 4.4.2 permits. */
    public Identity issue(LeafRequest request) {
        return issue(request, UnaryOperator.identity());
    }

    Identity issue(LeafRequest request, UnaryOperator<CertificateDraft> change) {
        return issue(request, KeyPairs.of(request.keyType()), change);
    }

    Identity issue(LeafRequest request, KeyPair leaf, UnaryOperator<CertificateDraft> change) {
        CertificateDraft draft = leaf(request, leaf.getPublic(), subject, keys.getPublic());
        return identity(leaf, change.apply(draft).signedBy(keys.getPrivate()));
    }

    /** As if it were issued here, but signed by the leaf's own key and naming itself as the issuer. */
    Identity selfSigned(LeafRequest request) {
        KeyPair leaf = KeyPairs.of(request.keyType());
        X509Certificate signed = leaf(request, leaf.getPublic(), withCommonName(request.commonName()), leaf.getPublic())
                .signedBy(leaf.getPrivate());
        return Identity.unproven(leaf.getPrivate(), List.of(signed));
    }

    /**
     * What an inspector shows: a good server leaf for the name that was asked for. All leaves made here share one key.
     *
     * @param name a DNS name or an IP address; one of more than 64 characters is no common name, and then there is none
     * @throws IllegalArgumentException if it is neither
     */
    public Identity leafFor(String name) {
        return issue(LeafRequest.server(name), leafKeys(KeyType.EC_P256), UnaryOperator.identity());
    }

    /**
     * What an inspector shows that has seen the server's certificate: subject, alternative names, validity and key type
     * are the original's, issuer and signature are of this authority, and nothing says where to ask for revocation. All
     * look-alikes of one key type share one key.
     *
     * <p>A key type that is not in {@link KeyType} becomes P-256. Other extensions of the original are not copied.
     *
     * @param original from the wire; its signature, names and dates are not judged
     */
    public Identity lookAlike(X509Certificate original) {
        return lookAlike(original, Optional.empty());
    }

    /** Likewise, with a CRL distribution point of the inspector's own (RFC 5280, 4.2.1.13). */
    public Identity lookAlike(X509Certificate original, URI crl) {
        return lookAlike(original, Optional.of(crl));
    }

    /**
     * What an inspector of this kind shows. All forged leaves of one key type share one key.
     *
     * @param name a DNS name or an IP address, as it was asked for
     * @param original from the wire, not judged; absent when the inspector has not seen it
     * @throws IllegalArgumentException if the name is neither
     */
    public Identity forge(String name, Optional<X509Certificate> original, ForgedLeaf shape) {
        KeyPair leaf = leafKeys(shape.keyType());
        X509Certificate signed = new Forgery(LeafRequest.server(name), original, shape)
                .draft(certificate, subject, leaf.getPublic(), clock.instant())
                .signedBy(keys.getPrivate());
        List<X509Certificate> chain = Stream.concat(
                        Stream.of(signed), Collections.nCopies(shape.authorityCopies(), certificate).stream())
                .toList();
        return Identity.unproven(leaf.getPrivate(), chain);
    }

    private Identity lookAlike(X509Certificate original, Optional<URI> crl) {
        KeyPair leaf = leafKeys(KeyType.of(original.getPublicKey()).orElse(KeyType.EC_P256));
        CertificateDraft draft = LookAlike.of(original, leaf.getPublic(), subject)
                .keyIdentifiers(keys.getPublic())
                .revocationSources(crl, Optional.empty());
        return identity(leaf, draft.signedBy(keys.getPrivate()));
    }

    /**
     * A full CRL of this authority's, in version 2 with its key identifier and a number that grows with each (RFC 5280,
     * 5.2.1 and 5.2.3).
     *
     * @param thisUpdate in whole seconds on the wire, like the others
     * @param nextUpdate may lie in the past: then the CRL is stale
     * @param revoked may be empty
     */
    public X509CRL crl(Instant thisUpdate, Instant nextUpdate, Collection<RevokedCertificate> revoked) {
        return new CrlDraft(subject, keys.getPublic(), crls.incrementAndGet(), thisUpdate, nextUpdate)
                .list(revoked)
                .signedBy(keys.getPrivate());
    }

    @Override
    public String toString() {
        return "CertificateAuthority[" + certificate.getSubjectX500Principal().getName() + "]";
    }

    private KeyPair leafKeys(KeyType type) {
        synchronized (leafKeys) {
            return leafKeys.computeIfAbsent(type, KeyPairs::of);
        }
    }

    /** The key was made for this certificate here, so it need not prove that it fits. */
    private Identity identity(KeyPair leaf, X509Certificate certificate) {
        return Identity.unproven(leaf.getPrivate(), chainBehind(certificate));
    }

    private List<X509Certificate> chainBehind(X509Certificate certificate) {
        return Stream.concat(Stream.of(certificate), intermediates.stream()).toList();
    }

    private CertificateDraft leaf(LeafRequest request, PublicKey key, X500Name issuer, PublicKey issuerKey) {
        Instant now = clock.instant();
        X500Name name = withCommonName(request.commonName());
        return new CertificateDraft(issuer, name, key, now.plus(request.notBefore()), now.plus(request.notAfter()))
                .endEntity()
                .keyIdentifiers(issuerKey)
                .extendedKeyUsage(request.usages())
                .alternativeNames(request.dnsNames(), request.ipAddresses())
                .revocationSources(request.crl(), request.ocsp());
    }

    private static CertificateDraft authority(
            X500Name subject, PublicKey key, X500Name issuer, KeyPair issuerKeys, InstantSource clock) {
        Instant now = clock.instant();
        return new CertificateDraft(issuer, subject, key, now.minus(BEFORE), now.plus(AFTER))
                .authority()
                .keyIdentifiers(issuerKeys.getPublic());
    }

    private X500Name withCommonName(Optional<String> commonName) {
        X500NameBuilder name = new X500NameBuilder();
        Arrays.stream(subject.getRDNs())
                .filter(part -> !part.getFirst().getType().equals(BCStyle.CN))
                .forEach(part -> name.addMultiValuedRDN(part.getTypesAndValues()));
        commonName.ifPresent(common -> name.addRDN(BCStyle.CN, common));
        return name.build();
    }
}
