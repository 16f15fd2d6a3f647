package throughline.certs;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The one way in which a leaf deviates from the good one of {@link LeafRequest}; everything else about it is good. A
 * closed list: each constant holds its whole deviation, so a new one is a new constant and nothing else.
 */
public enum Flaw {
    /** notAfter is half an hour ago (RFC 5280, 4.1.2.5). */
    EXPIRED(good -> good.with(good.request().withValidity(good.request().notBefore(), Duration.ofMinutes(-30)))),

    /** notBefore is an hour ahead (RFC 5280, 4.1.2.5). */
    NOT_YET_VALID(good -> good.with(
            good.request().withValidity(Duration.ofHours(1), good.request().notAfter()))),

    /**
     * The alternative name and the common name are of a neighbour, {@code other.DOMAIN} (RFC 5280, 4.2.1.6; it is RFC
     * 9525, 6.3 that has the client compare). The chain of trust is not affected.
     */
    WRONG_NAME(good -> good.with(neighbour(good.request()))),

    /**
     * The extended key usage is of the other role alone: a client's says serverAuth, a server's clientAuth (RFC 5280,
     * 4.2.1.12).
     */
    WRONG_USAGE(good -> good.with(good.request().withUsages(otherUsages(good.request())))),

    /** Issued by a root of another name that nobody trusts (RFC 5280, 6.1.1 (d)). */
    UNKNOWN_ISSUER(good -> new Recipe(good.stranger().get(), good.stranger(), good.request()));

    @SuppressWarnings("ImmutableEnumChecker") // the deviations are lambdas without state
    private final UnaryOperator<Recipe> deviation;

    Flaw(UnaryOperator<Recipe> deviation) {
        this.deviation = deviation;
    }

    Recipe spoil(Recipe good) {
        return deviation.apply(good);
    }

    /** All that decides what a leaf will be. */
    record Recipe(CertificateAuthority issuer, Supplier<CertificateAuthority> stranger, LeafRequest request) {
        Recipe with(LeafRequest changed) {
            return new Recipe(issuer, stranger, changed);
        }
    }

    private static LeafRequest neighbour(LeafRequest good) {
        String name = good.dnsNames().isEmpty() ? "test" : good.dnsNames().get(0);
        String domain = name.substring(name.indexOf('.') + 1);
        String other = name.startsWith("other.") ? "another." + domain : "other." + domain;
        return good.withCommonName(other).withDnsNames(other).withIpAddresses();
    }

    private static Usage[] otherUsages(LeafRequest good) {
        Set<Usage> others = EnumSet.allOf(Usage.class);
        others.removeAll(good.usages());
        return others.toArray(Usage[]::new);
    }
}
