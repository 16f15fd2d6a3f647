package throughline.certs;

import java.security.KeyPair;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;
import throughline.identity.Identity;
import throughline.identity.Trust;
import throughline.identity.UnusableIdentityException;

/**
 * The certificates of one lab: a root that both ends trust, good and flawed leaves below it, and an inspecting proxy's
 * authority that nobody trusts unless asked to. Every one is fresh: two labs do not trust each other. Thread-safe.
 */
public final class TestPki {
    private static final X500Principal INSPECTOR =
            new X500Principal("CN=Acme TLS Inspection CA, O=Acme Security Appliance");

    private final InstantSource clock;
    private final CertificateAuthority root;
    private final CertificateAuthority issuing;
    private final KeyType keyType;
    private final Optional<RevocationPoints> revocation;

    /** Most labs need neither, and a key pair takes time. */
    private @Nullable CertificateAuthority inspector;

    private @Nullable CertificateAuthority stranger;

    private TestPki(
            InstantSource clock,
            CertificateAuthority root,
            CertificateAuthority issuing,
            KeyType keyType,
            Optional<RevocationPoints> revocation) {
        this.clock = clock;
        this.root = root;
        this.issuing = issuing;
        this.keyType = keyType;
        this.revocation = revocation;
    }

    /** Leaves come from the root, and all keys are P-256. Validity is by this clock, at the time when each is made. */
    public static TestPki create(InstantSource clock) {
        return create(clock, KeyType.EC_P256);
    }

    /** Likewise, with keys of this type for authorities and leaves. */
    public static TestPki create(InstantSource clock, KeyType keyType) {
        CertificateAuthority root = root(clock, keyType);
        return new TestPki(clock, root, root, keyType, Optional.empty());
    }

    /** Leaves come from an intermediate authority, whose certificate their chains bring along. */
    public static TestPki withIntermediate(InstantSource clock) {
        CertificateAuthority root = root(clock, KeyType.EC_P256);
        CertificateAuthority issuing = root.intermediate("Throughline Test Intermediate");
        return new TestPki(clock, root, issuing, KeyType.EC_P256, Optional.empty());
    }

    /** Leaves come from the root and, like the intermediates of flawed chains, say where to ask for revocation. */
    public static TestPki withRevocation(InstantSource clock, RevocationPoints points) {
        return withRevocation(clock, points, KeyType.EC_P256);
    }

    /** Likewise, with keys of this type for authorities and leaves. */
    public static TestPki withRevocation(InstantSource clock, RevocationPoints points, KeyType keyType) {
        CertificateAuthority root = root(clock, keyType);
        return new TestPki(clock, root, root, keyType, Optional.of(points));
    }

    /** In the lab's root alone. */
    public Trust trust() {
        return trust(List.of(root));
    }

    /** What an administrator sets up for inspection: in the lab's root and in the inspector's. */
    public Trust trustWithInspector() {
        return trust(List.of(root, inspector()));
    }

    /**
     * A good server's identity.
     *
     * @param dnsName or an IP address, which then is an alternative name of that kind
     */
    public Identity server(String dnsName) {
        return issue(LeafRequest.server(dnsName).withKeyType(keyType));
    }

    /** As {@link #issue(LeafRequest, Flaw)}. */
    public Identity server(String dnsName, Flaw flaw) {
        return issue(LeafRequest.server(dnsName).withKeyType(keyType), flaw);
    }

    /**
     * A good client's identity.
     *
     * @param dnsName or an IP address, which then is an alternative name of that kind
     */
    public Identity client(String dnsName) {
        return issue(LeafRequest.client(dnsName).withKeyType(keyType));
    }

    /** As {@link #issue(LeafRequest, Flaw)}. */
    public Identity client(String dnsName, Flaw flaw) {
        return issue(LeafRequest.client(dnsName).withKeyType(keyType), flaw);
    }

    /** A leaf of the lab's. Where the lab has revocation and the request names no source of its own, it gets the lab's. */
    public Identity issue(LeafRequest request) {
        return issue(issuing, request, UnaryOperator.identity());
    }

    /**
     * An identity with this one flaw; everything that the flaw leaves alone is as the request has it.
     *
     * @throws IllegalArgumentException if the flaw is none of such a leaf: of its usage, of its name, or of its issuer's
     *     key type
     * @throws IllegalStateException if the flaw is one of revocation and the lab has no {@link RevocationPoints}
     */
    public Identity issue(LeafRequest good, Flaw flaw) {
        if (good.usages().stream().noneMatch(flaw.usages()::contains)) {
            throw new IllegalArgumentException("The flaw %s makes no difference to a leaf for %s, only for %s."
                    .formatted(flaw.id(), good.usages(), flaw.usages()));
        }
        return flaw.inPlaceOf(good, this);
    }

    public CertificateAuthority root() {
        return root;
    }

    /** Who issues the leaves: the root, or the intermediate where there is one. */
    public CertificateAuthority issuing() {
        return issuing;
    }

    /** Not below the root; the same one each time. */
    public synchronized CertificateAuthority inspector() {
        if (inspector == null) {
            inspector = CertificateAuthority.root(INSPECTOR, clock);
        }
        return inspector;
    }

    /** A root of another name that nobody trusts; the same one each time. */
    synchronized CertificateAuthority stranger() {
        if (stranger == null) {
            stranger = CertificateAuthority.root("Unknown Test Root", keyType, clock);
        }
        return stranger;
    }

    /** Between the root and the leaves; a fresh one each time. */
    CertificateAuthority intermediate(
            CertificateAuthority above, String commonName, UnaryOperator<CertificateDraft> change) {
        return above.intermediate(
                commonName,
                keyType,
                draft -> change.apply(draft)
                        .revocationSources(
                                revocation.map(points -> points.crl(above)),
                                revocation.map(points -> points.ocsp(above))));
    }

    Identity issue(CertificateAuthority issuer, LeafRequest request, UnaryOperator<CertificateDraft> change) {
        return issuer.issue(sourced(request, issuer), change);
    }

    Identity issue(CertificateAuthority issuer, LeafRequest request, KeyPair keys) {
        return issuer.issue(sourced(request, issuer), keys, UnaryOperator.identity());
    }

    RevocationPoints revocationFor(Flaw flaw) {
        return revocation.orElseThrow(() -> new IllegalStateException(
                "The flaw %s needs a server to ask for revocation: make the lab with TestPki.withRevocation."
                        .formatted(flaw.id())));
    }

    private LeafRequest sourced(LeafRequest request, CertificateAuthority issuer) {
        return request.crl().isPresent() || request.ocsp().isPresent()
                ? request
                : request.withRevocationSources(
                        revocation.map(points -> points.crl(issuer)), revocation.map(points -> points.ocsp(issuer)));
    }

    private static CertificateAuthority root(InstantSource clock, KeyType keyType) {
        return CertificateAuthority.root("Throughline Test Root", keyType, clock);
    }

    private static Trust trust(List<CertificateAuthority> authorities) {
        try {
            return Trust.of(
                    authorities.stream().map(CertificateAuthority::certificate).toList());
        } catch (UnusableIdentityException impossible) {
            throw new IllegalStateException("The lab's own root is not usable.", impossible);
        }
    }
}
