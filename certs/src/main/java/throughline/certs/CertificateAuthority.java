package throughline.certs;

import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.jspecify.annotations.Nullable;
import throughline.identity.Identity;
import throughline.identity.UnusableIdentityException;

/**
 * A certification authority with a P-256 key, alive as long as the object: its key is written nowhere. Thread-safe.
 *
 * <p>Its certificate is valid from ten days before to ten days after the clock's time at its making, so that leaves may
 * be outside of their validity while it is inside.
 */
public final class CertificateAuthority {
    private static final String ORGANISATION = "Throughline Lab";
    private static final Duration HALF_LIFE = Duration.ofDays(10);

    private final InstantSource clock;
    private final X500Name subject;
    private final KeyPair keys;
    private final X509Certificate certificate;
    /** What goes behind a leaf on the wire: this authority and those above it, without the root. */
    private final List<X509Certificate> intermediates;

    private @Nullable KeyPair leafKeys;

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

    /** Signed by itself, subject {@code O=Throughline Lab, CN=commonName}. */
    public static CertificateAuthority root(String commonName, InstantSource clock) {
        X500NameBuilder name = new X500NameBuilder().addRDN(BCStyle.O, ORGANISATION);
        return root(name.addRDN(BCStyle.CN, commonName).build(), clock);
    }

    /** Signed by itself. What it issues bears its subject with another common name. */
    public static CertificateAuthority root(X500Principal subject, InstantSource clock) {
        return root(X500Name.getInstance(subject.getEncoded()), clock);
    }

    private static CertificateAuthority root(X500Name subject, InstantSource clock) {
        KeyPair keys = EcKeys.newPair();
        X509Certificate certificate = authority(subject, keys.getPublic(), subject, keys, clock.instant());
        return new CertificateAuthority(clock, subject, keys, certificate, List.of());
    }

    /** An authority below this one, by the same clock. */
    public CertificateAuthority intermediate(String commonName) {
        KeyPair below = EcKeys.newPair();
        X500Name name = withCommonName(Optional.of(commonName));
        X509Certificate signed = authority(name, below.getPublic(), subject, keys, clock.instant());
        List<X509Certificate> chain =
                Stream.concat(Stream.of(signed), intermediates.stream()).collect(Collectors.toUnmodifiableList());
        return new CertificateAuthority(clock, name, below, signed, chain);
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** A leaf with a key of its own. The chain leaves the root out, as RFC 8446, 4.4.2 permits. */
    public Identity issue(LeafRequest request) {
        return issue(request, EcKeys.newPair());
    }

    /**
     * What an inspector shows: a good server leaf for the name that was asked for. All leaves made here share one key.
     *
     * @param name a DNS name or an IP address; one of more than 64 characters is no common name, and then there is none
     * @throws IllegalArgumentException if it is neither
     */
    public Identity leafFor(String name) {
        return issue(LeafRequest.server(name), leafKeys());
    }

    @Override
    public String toString() {
        return "CertificateAuthority[" + certificate.getSubjectX500Principal().getName() + "]";
    }

    private synchronized KeyPair leafKeys() {
        if (leafKeys == null) {
            leafKeys = EcKeys.newPair();
        }
        return leafKeys;
    }

    private Identity issue(LeafRequest request, KeyPair leaf) {
        try {
            return Identity.of(
                    leaf.getPrivate(),
                    Stream.concat(Stream.of(certificate(request, leaf.getPublic())), intermediates.stream())
                            .collect(Collectors.toList()));
        } catch (UnusableIdentityException impossible) {
            throw new IllegalStateException("A fresh key does not match its certificate.", impossible);
        }
    }

    private X509Certificate certificate(LeafRequest request, PublicKey key) {
        Instant now = clock.instant();
        X500Name leaf = withCommonName(request.commonName());
        return new CertificateDraft(subject, leaf, key, now.plus(request.notBefore()), now.plus(request.notAfter()))
                .endEntity()
                .keyIdentifiers(key, keys.getPublic())
                .extendedKeyUsage(request.usages())
                .alternativeNames(request.dnsNames(), request.ipAddresses())
                .signedBy(keys.getPrivate());
    }

    private static X509Certificate authority(
            X500Name subject, PublicKey key, X500Name issuer, KeyPair issuerKeys, Instant now) {
        return new CertificateDraft(issuer, subject, key, now.minus(HALF_LIFE), now.plus(HALF_LIFE))
                .authority()
                .keyIdentifiers(key, issuerKeys.getPublic())
                .signedBy(issuerKeys.getPrivate());
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
