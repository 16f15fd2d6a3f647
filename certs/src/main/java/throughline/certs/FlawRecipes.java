package throughline.certs;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.PolicyInformation;
import throughline.identity.Identity;

/** The deviations of {@link Flaw} that take more than a line. */
final class FlawRecipes {
    private static final String INTERMEDIATE = "Throughline Test Intermediate";
    /** Of the arc for examples (ITU-T X.660). */
    private static final ASN1ObjectIdentifier MEANINGLESS = new ASN1ObjectIdentifier("2.999.1");
    /** CA/Browser Forum Baseline Requirements, 7.1.6.1. */
    private static final ASN1ObjectIdentifier DOMAIN_VALIDATED = new ASN1ObjectIdentifier("2.23.140.1.2.1");

    private FlawRecipes() {}

    static LeafRequest otherUsages(LeafRequest good) {
        Set<Usage> others = EnumSet.allOf(Usage.class);
        others.removeAll(good.usages());
        if (others.isEmpty()) {
            throw new IllegalArgumentException(
                    "A certificate for both ends has no wrong usage: ask for one of either end alone.");
        }
        return good.withUsages(others.toArray(Usage[]::new));
    }

    static Identity publicAuthority(LeafRequest good, TestPki pki) {
        CertificatePolicies policies = new CertificatePolicies(new PolicyInformation(DOMAIN_VALIDATED));
        return pki.issue(
                pki.issuing(),
                good.withUsages(Usage.SERVER),
                draft -> draft.extension(Extension.certificatePolicies, false, policies));
    }

    static Identity missingIntermediate(LeafRequest good, TestPki pki) {
        Identity whole = below(intermediate(pki, UnaryOperator.identity()), good, pki);
        return Identity.unproven(whole.key(), List.of(whole.leaf()));
    }

    static Identity extraCertificates(LeafRequest good, TestPki pki) {
        Identity identity = pki.issue(good);
        List<X509Certificate> chain = new ArrayList<>(identity.chain());
        chain.add(pki.stranger().intermediate("Unknown Test Intermediate").certificate());
        chain.add(pki.stranger().certificate());
        return Identity.unproven(identity.key(), chain);
    }

    static Identity wrongOrder(LeafRequest good, TestPki pki) {
        CertificateAuthority upper = intermediate(pki, UnaryOperator.identity());
        CertificateAuthority lower = pki.intermediate(upper, "Throughline Test Lower", UnaryOperator.identity());
        Identity identity = below(lower, good, pki);
        return Identity.unproven(identity.key(), List.of(identity.leaf(), upper.certificate(), lower.certificate()));
    }

    static Identity expiredIntermediate(LeafRequest good, TestPki pki) {
        Instant now = pki.root().clock().instant();
        Instant from = now.minus(Duration.ofDays(10));
        return below(intermediate(pki, draft -> draft.validity(from, now.minus(Duration.ofMinutes(30)))), good, pki);
    }

    static Identity intermediateNotAuthority(LeafRequest good, TestPki pki) {
        return below(
                intermediate(
                        pki, draft -> draft.extension(Extension.basicConstraints, true, new BasicConstraints(false))),
                good,
                pki);
    }

    static Identity pathLengthExceeded(LeafRequest good, TestPki pki) {
        CertificateAuthority upper =
                intermediate(pki, draft -> draft.extension(Extension.basicConstraints, true, new BasicConstraints(0)));
        return below(pki.intermediate(upper, "Throughline Test Lower", UnaryOperator.identity()), good, pki);
    }

    static Identity nameNotPermitted(LeafRequest good, TestPki pki) {
        return constrained(FlawedNames.permittingOthers(good), good, pki);
    }

    static Identity nameExcluded(LeafRequest good, TestPki pki) {
        return constrained(FlawedNames.excluding(good), good, pki);
    }

    static CertificateDraft unknownExtension(CertificateDraft draft) {
        return draft.extension(MEANINGLESS, true, DERNull.INSTANCE);
    }

    static Identity sha1Signature(LeafRequest good, TestPki pki) {
        String algorithm =
                KeyPairs.signatureAlgorithm(pki.issuing().certificate().getPublicKey());
        int with = algorithm.indexOf("with");
        if (with < 0) {
            throw new IllegalArgumentException(
                    "An authority with an Ed25519 key cannot sign with SHA-1: EC and RSA keys are accepted.");
        }
        return pki.issue(pki.issuing(), good, draft -> draft.signatureAlgorithm("SHA1" + algorithm.substring(with)));
    }

    static Identity rsa1024(LeafRequest good, TestPki pki) {
        return pki.issue(pki.issuing(), good, KeyPairs.rsa1024());
    }

    static Identity keyMismatch(LeafRequest good, TestPki pki) {
        return Identity.unproven(
                KeyPairs.of(good.keyType()).getPrivate(), pki.issue(good).chain());
    }

    static Identity revokedByCrl(LeafRequest good, TestPki pki) {
        RevocationPoints points = pki.revocationFor(Flaw.REVOKED_BY_CRL);
        Identity identity = crlAt(points.crl(pki.issuing()), good, pki);
        points.revokeByCrl(pki.issuing(), identity.leaf());
        return identity;
    }

    static Identity revokedByOcsp(LeafRequest good, TestPki pki) {
        RevocationPoints points = pki.revocationFor(Flaw.REVOKED_BY_OCSP);
        Identity identity =
                pki.issue(good.withRevocationSources(Optional.empty(), Optional.of(points.ocsp(pki.issuing()))));
        points.revokeByOcsp(pki.issuing(), identity.leaf());
        return identity;
    }

    static Identity revocationUnreachable(LeafRequest good, TestPki pki) {
        return crlAt(pki.revocationFor(Flaw.REVOCATION_UNREACHABLE).unreachable(), good, pki);
    }

    static Identity staleCrl(LeafRequest good, TestPki pki) {
        return crlAt(pki.revocationFor(Flaw.STALE_CRL).staleCrl(pki.issuing()), good, pki);
    }

    static Identity noRevocationSource(LeafRequest good, TestPki pki) {
        return pki.issuing().issue(good.withRevocationSources(Optional.empty(), Optional.empty()));
    }

    private static Identity crlAt(URI crl, LeafRequest good, TestPki pki) {
        return pki.issue(good.withRevocationSources(Optional.of(crl), Optional.empty()));
    }

    /** RFC 5280, 4.2.1.10: conforming authorities mark it critical. */
    private static Identity constrained(NameConstraints constraints, LeafRequest good, TestPki pki) {
        return below(
                intermediate(pki, draft -> draft.extension(Extension.nameConstraints, true, constraints)), good, pki);
    }

    private static CertificateAuthority intermediate(TestPki pki, UnaryOperator<CertificateDraft> change) {
        return pki.intermediate(pki.root(), INTERMEDIATE, change);
    }

    private static Identity below(CertificateAuthority issuer, LeafRequest good, TestPki pki) {
        return pki.issue(issuer, good, UnaryOperator.identity());
    }
}
