package throughline.certs;

import java.time.Duration;
import java.util.Optional;

/**
 * What an inspecting proxy puts into the certificate that it shows in place of a server's. What is to be as the server's
 * has to have been seen: without it, the common name is all of the subject, the dates are the authority's, and the names
 * are the only extension.
 *
 * @param keyType of the leaf's key, whatever the server's is
 * @param authorityCopies how often the authority's own certificate follows on the wire: 0 for never
 */
public record ForgedLeaf(
        Subject subject, Validity validity, KeyType keyType, Extensions extensions, int authorityCopies) {
    private static final int MOST_COPIES = 3;

    public ForgedLeaf {
        if (authorityCopies < 0 || authorityCopies > MOST_COPIES) {
            throw new IllegalArgumentException(
                    "%d copies of the authority; accepted are 0 to %d".formatted(authorityCopies, MOST_COPIES));
        }
    }

    /** The common name alone, dates as the authority's, a P-256 key, the names as the only extension, nothing behind it. */
    public static ForgedLeaf plain() {
        return new ForgedLeaf(Subject.COMMON_NAME, Validity.AS_AUTHORITY, KeyType.EC_P256, Extensions.NAMES, 0);
    }

    /** Which parts of the subject are the server's. */
    public enum Subject {
        /** The name that was asked for. */
        COMMON_NAME,
        COMMON_NAME_AND_ORGANISATION,
        AS_SERVER
    }

    /** What stands beside the alternative names. */
    public enum Extensions {
        NAMES,
        /** Extended key usage, server authentication alone. */
        NAMES_AND_SERVER_USAGE,
        /** Key usage and extended key usage as in the server's. */
        AS_SERVER
    }

    /**
     * From when to when it is valid.
     *
     * @param from absent with dates that are somebody else's
     * @param to from the moment at which it is made, like {@code from}
     */
    public record Validity(Whose whose, Optional<Duration> from, Optional<Duration> to) {
        public static final Validity AS_AUTHORITY = new Validity(Whose.AUTHORITY, Optional.empty(), Optional.empty());
        public static final Validity AS_SERVER = new Validity(Whose.SERVER, Optional.empty(), Optional.empty());

        public Validity {
            boolean own = whose == Whose.OWN;
            if (from.isPresent() != own || to.isPresent() != own) {
                throw new IllegalArgumentException("dates of " + whose + " with a beginning or an end");
            }
            if (own && to.orElseThrow().compareTo(from.orElseThrow()) <= 0) {
                throw new IllegalArgumentException("dates that end before they begin");
            }
        }

        /** Its own, from and to this long after it is made; negative for before. */
        public static Validity own(Duration from, Duration to) {
            return new Validity(Whose.OWN, Optional.of(from), Optional.of(to));
        }
    }

    /** Whose dates they are. */
    public enum Whose {
        AUTHORITY,
        SERVER,
        OWN
    }

    public ForgedLeaf subject(Subject changed) {
        return new ForgedLeaf(changed, validity, keyType, extensions, authorityCopies);
    }

    public ForgedLeaf validity(Validity changed) {
        return new ForgedLeaf(subject, changed, keyType, extensions, authorityCopies);
    }

    public ForgedLeaf keyType(KeyType changed) {
        return new ForgedLeaf(subject, validity, changed, extensions, authorityCopies);
    }

    public ForgedLeaf extensions(Extensions changed) {
        return new ForgedLeaf(subject, validity, keyType, changed, authorityCopies);
    }

    public ForgedLeaf authorityCopies(int changed) {
        return new ForgedLeaf(subject, validity, keyType, extensions, changed);
    }

    /** Whether something of it is as the server's. */
    public boolean copiesServer() {
        return subject != Subject.COMMON_NAME || validity.whose() == Whose.SERVER || extensions == Extensions.AS_SERVER;
    }
}
