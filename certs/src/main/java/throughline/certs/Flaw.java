package throughline.certs;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.bouncycastle.asn1.x509.KeyUsage;
import throughline.identity.Identity;

/**
 * The one way in which an identity deviates from the good one of {@link LeafRequest}; everything else about it is good. A
 * closed list: each constant holds its whole deviation, so a new one is a new constant and nothing else. Some are no
 * reason to refuse, and are here because peers do, or because they become one.
 *
 * <p>What JSSE and OpenSSL answer to each is measured, and stands in {@code docs/flaws.md}.
 */
public enum Flaw {
    // Time
    EXPIRED(
            "expired",
            Ends.BOTH,
            "notAfter is half an hour ago.",
            "RFC 5280, 4.1.2.5",
            request(good -> good.withValidity(good.notBefore(), Duration.ofMinutes(-30)))),
    NOT_YET_VALID(
            "not-yet-valid",
            Ends.BOTH,
            "notBefore is an hour ahead.",
            "RFC 5280, 4.1.2.5",
            request(good -> good.withValidity(Duration.ofHours(1), good.notAfter()))),
    EXPIRES_WITHIN_A_DAY(
            "expires-within-a-day",
            Ends.BOTH,
            "notAfter is six hours ahead: good today, and not tomorrow.",
            "RFC 5280, 4.1.2.5",
            request(good -> good.withValidity(good.notBefore(), Duration.ofHours(6)))),
    LIFETIME_OVER_398_DAYS(
            "lifetime-over-398-days",
            Ends.BOTH,
            "notAfter is 399 days after notBefore, more than a public authority has been allowed to issue since September 2020.",
            "CA/Browser Forum Baseline Requirements, 6.3.2",
            request(good -> good.withValidity(good.notBefore(), good.notBefore().plus(Duration.ofDays(399))))),

    // Name
    WRONG_NAME(
            "wrong-name",
            Ends.SERVER,
            "Alternative name and common name are a neighbour's, other.DOMAIN.",
            "RFC 9525, 6.3; RFC 5280, 4.2.1.6",
            request(FlawedNames::neighbour)),
    NAME_ONLY_IN_CN(
            "name-only-in-cn",
            Ends.BOTH,
            "There is no subjectAltName; the name is the common name of the subject.",
            "RFC 9525, 2; RFC 5280, 4.2.1.6",
            request(good -> good.withDnsNames().withIpAddresses())),
    NO_SAN(
            "no-san",
            Ends.BOTH,
            "There is neither a subjectAltName nor a common name: no name to compare with.",
            "RFC 9525, 4.1; RFC 5280, 4.2.1.6",
            request(good -> good.withDnsNames().withIpAddresses().withCommonName(Optional.empty()))),
    IP_ADDRESS_AS_NAME(
            "ip-address-as-name",
            Ends.SERVER,
            "Alternative name (iPAddress) and common name are the address 192.0.2.1, and clients ask for something else.",
            "RFC 9525, 6.4; RFC 5280, 4.2.1.6",
            request(FlawedNames::address)),
    WILDCARD(
            "wildcard",
            Ends.SERVER,
            "Alternative name and common name are *.DOMAIN, which stands for the one label that the name has more.",
            "RFC 9525, 6.3",
            request(FlawedNames::wildcard)),
    WILDCARD_TOO_BROAD(
            "wildcard-too-broad",
            Ends.SERVER,
            "Alternative name and common name are a wildcard directly below the top-level domain, such as *.test.",
            "RFC 9525, 6.3 and 7.1",
            request(FlawedNames::wildcardOfTopLevel)),

    // Usage
    WRONG_USAGE(
            "wrong-usage",
            Ends.BOTH,
            "The extended key usage is the other end's alone: a client's says serverAuth, a server's clientAuth.",
            "RFC 5280, 4.2.1.12",
            request(FlawRecipes::otherUsages)),
    PUBLIC_CA_LEAF(
            "public-ca-leaf",
            Ends.CLIENT,
            "A client shows what public authorities issue since 2026, when root programmes asked for hierarchies for servers alone:"
                    + " the extended key usage is serverAuth, and the policy is domain-validated.",
            "Chrome Root Program Policy; RFC 5280, 4.2.1.12",
            FlawRecipes::publicAuthority),
    NO_EKU(
            "no-eku",
            Ends.BOTH,
            "There is no extended key usage, which permits every use.",
            "RFC 5280, 4.2.1.12",
            request(good -> good.withUsages())),
    WRONG_KEY_USAGE(
            "wrong-key-usage",
            Ends.BOTH,
            "The key usage is nonRepudiation alone: a key for documents, which must not sign a handshake.",
            "RFC 5280, 4.2.1.3; RFC 8446, 4.4.2.2",
            draft(draft -> draft.keyUsage(KeyUsage.nonRepudiation))),

    // Issuer and chain
    SELF_SIGNED(
            "self-signed",
            Ends.BOTH,
            "Issuer is the subject, and the signature is by the leaf's own key.",
            "RFC 5280, 6.1.1 (d)",
            (good, pki) -> pki.issuing().selfSigned(good)),
    UNKNOWN_ISSUER(
            "unknown-issuer",
            Ends.BOTH,
            "Issued by a root of another name that nobody trusts.",
            "RFC 5280, 6.1.1 (d)",
            (good, pki) -> pki.issue(pki.stranger(), good, UnaryOperator.identity())),
    SAME_NAMED_ISSUER(
            "same-named-issuer",
            Ends.BOTH,
            "Issued by an authority that has the name of the trusted one, and another key.",
            "RFC 5280, 4.2.1.1 and 6.1.3 (a)(1)",
            (good, pki) -> pki.issue(pki.root().namesake(), good, UnaryOperator.identity())),
    MISSING_INTERMEDIATE(
            "missing-intermediate",
            Ends.BOTH,
            "Issued by an intermediate below the root, whose certificate is not sent along.",
            "RFC 8446, 4.4.2",
            FlawRecipes::missingIntermediate),
    EXTRA_CERTIFICATES(
            "extra-certificates",
            Ends.BOTH,
            "Two authorities' certificates that have nothing to do with the leaf are sent behind it.",
            "RFC 8446, 4.4.2",
            FlawRecipes::extraCertificates),
    WRONG_ORDER(
            "wrong-order",
            Ends.BOTH,
            "Of two intermediates, the upper one is sent before the lower one.",
            "RFC 5246, 7.4.2; RFC 8446, 4.4.2",
            FlawRecipes::wrongOrder),
    EXPIRED_INTERMEDIATE(
            "expired-intermediate",
            Ends.BOTH,
            "Issued by an intermediate whose notAfter is half an hour ago.",
            "RFC 5280, 6.1.3 (a)(2)",
            FlawRecipes::expiredIntermediate),
    INTERMEDIATE_NOT_CA(
            "intermediate-not-ca",
            Ends.BOTH,
            "Issued by an intermediate whose basicConstraints say that it is no authority.",
            "RFC 5280, 4.2.1.9 and 6.1.4 (k)",
            FlawRecipes::intermediateNotAuthority),
    PATH_LENGTH_EXCEEDED(
            "path-length-exceeded",
            Ends.BOTH,
            "Two intermediates, of which the upper one has a pathLenConstraint of 0, which allows none below it.",
            "RFC 5280, 4.2.1.9 and 6.1.4 (l)",
            FlawRecipes::pathLengthExceeded),
    NAME_NOT_PERMITTED(
            "name-not-permitted",
            Ends.BOTH,
            "Issued by an intermediate whose nameConstraints permit other names only.",
            "RFC 5280, 4.2.1.10 and 6.1.3 (b)",
            FlawRecipes::nameNotPermitted),
    NAME_EXCLUDED(
            "name-excluded",
            Ends.BOTH,
            "Issued by an intermediate whose nameConstraints exclude the leaf's very names.",
            "RFC 5280, 4.2.1.10 and 6.1.3 (c)",
            FlawRecipes::nameExcluded),

    // Substance
    UNKNOWN_CRITICAL_EXTENSION(
            "unknown-critical-extension",
            Ends.BOTH,
            "There is a critical extension 2.999.1, an object identifier for examples that means nothing to anybody.",
            "RFC 5280, 4.2 and 6.1.5 (f)",
            draft(FlawRecipes::unknownExtension)),
    SHA1_SIGNATURE(
            "sha1-signature",
            Ends.BOTH,
            "Signed with SHA-1.",
            "RFC 8446, 4.4.2.4; RFC 9155",
            FlawRecipes::sha1Signature),
    RSA_1024(
            "rsa-1024",
            Ends.BOTH,
            "The leaf's key is RSA of 1024 bits.",
            "NIST SP 800-131A; CA/Browser Forum Baseline Requirements, 6.1.5",
            FlawRecipes::rsa1024),
    CORRUPTED_SIGNATURE(
            "corrupted-signature",
            Ends.BOTH,
            "One bit of the signature is wrong.",
            "RFC 5280, 6.1.3 (a)(1)",
            draft(CertificateDraft::corrupted)),
    KEY_MISMATCH(
            "key-mismatch",
            Ends.BOTH,
            "The private key is not the certificate's, so that the handshake's signature does not verify.",
            "RFC 8446, 4.4.3",
            FlawRecipes::keyMismatch),

    // Revocation
    REVOKED_BY_CRL(
            "revoked-by-crl",
            Ends.BOTH,
            "The only source is a CRL, and it lists the certificate.",
            "RFC 5280, 5.1 and 6.3.3",
            FlawRecipes::revokedByCrl),
    REVOKED_BY_OCSP(
            "revoked-by-ocsp",
            Ends.BOTH,
            "The only source is an OCSP responder, and it answers revoked.",
            "RFC 6960, 2.2",
            FlawRecipes::revokedByOcsp),
    REVOCATION_UNREACHABLE(
            "revocation-unreachable",
            Ends.BOTH,
            "The only source is a CRL at an address where nothing listens.",
            "RFC 5280, 4.2.1.13 and 6.3.3",
            FlawRecipes::revocationUnreachable),
    STALE_CRL(
            "stale-crl",
            Ends.BOTH,
            "The only source is a CRL whose nextUpdate is past.",
            "RFC 5280, 5.1.2.5",
            FlawRecipes::staleCrl),
    NO_REVOCATION_SOURCE(
            "no-revocation-source",
            Ends.BOTH,
            "The certificate names neither a CRL nor an OCSP responder.",
            "RFC 5280, 4.2.1.13 and 4.2.2.1",
            FlawRecipes::noRevocationSource);

    private final String id;
    private final Ends ends;
    private final String description;
    private final String clause;

    @SuppressWarnings("ImmutableEnumChecker") // the deviations are lambdas without state
    private final Deviation deviation;

    Flaw(String id, Ends ends, String description, String clause, Deviation deviation) {
        this.id = id;
        this.ends = ends;
        this.description = description;
        this.clause = clause;
        this.deviation = deviation;
    }

    /** For command lines and tables, and never changed: {@code missing-intermediate}. */
    public String id() {
        return id;
    }

    public static Optional<Flaw> find(String id) {
        return Arrays.stream(values()).filter(flaw -> flaw.id.equals(id)).findFirst();
    }

    /** One sentence that says how it differs from a good one. */
    public String description() {
        return description;
    }

    /** What it offends against, or what says how to take it. */
    public String clause() {
        return clause;
    }

    /** Whose leaves can have it. A name that nobody compares, such as a client's, cannot be wrong. */
    public Set<Usage> usages() {
        return switch (ends) {
            case BOTH -> EnumSet.allOf(Usage.class);
            case SERVER -> EnumSet.of(Usage.SERVER);
            case CLIENT -> EnumSet.of(Usage.CLIENT);
        };
    }

    /** Whether it can only be made in a lab of {@link TestPki#withRevocation}. */
    public boolean needsRevocationPoints() {
        return EnumSet.of(REVOKED_BY_CRL, REVOKED_BY_OCSP, REVOCATION_UNREACHABLE, STALE_CRL)
                .contains(this);
    }

    Identity inPlaceOf(LeafRequest good, TestPki pki) {
        return deviation.inPlaceOf(good, pki);
    }

    private enum Ends {
        BOTH,
        SERVER,
        CLIENT
    }

    private interface Deviation {
        Identity inPlaceOf(LeafRequest good, TestPki pki);
    }

    private static Deviation request(UnaryOperator<LeafRequest> change) {
        return (good, pki) -> pki.issue(change.apply(good));
    }

    private static Deviation draft(UnaryOperator<CertificateDraft> change) {
        return (good, pki) -> pki.issue(pki.issuing(), good, change);
    }
}
