package throughline.replica;

import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.regex.Pattern;
import throughline.identity.Fingerprint;
import throughline.protocol.Excerpt;
import throughline.protocol.RefusedException;
import throughline.replica.store.PrimaryName;

/** Which client certificates an entry of {@link Admission} is for. */
public sealed interface CertificatePattern {

    /** Whether the leaf is one of them. */
    boolean matches(X509Certificate leaf) throws RefusedException;

    /**
     * By the names in it: its dNSNames, or its common name where it has none (RFC 6125 section 6.4.4). Letters match in
     * either case (RFC 4343).
     *
     * @param text a host name, or one with an asterisk in its first label, {@code *.example.com} or
     *     {@code primary*.example.com}, which stands for any characters within that label. A wildcard in a certificate is
     *     not resolved: {@code *.example.com} in it is matched by the same text here and by nothing that is narrower
     */
    record Name(String text) implements CertificatePattern {
        private static final String LABEL = "[A-Za-z0-9_-]";
        private static final Pattern ACCEPTED =
                Pattern.compile("(?!\\*$)(" + LABEL + "+|" + LABEL + "*\\*" + LABEL + "*)(\\." + LABEL + "+)*");
        private static final int LONGEST = 253;

        public Name {
            if (text.length() > LONGEST || !ACCEPTED.matcher(text).matches()) {
                throw new IllegalArgumentException("certificate name \"" + Excerpt.of(text)
                        + "\"; accepted is a host name, with one * in its first label if need be, such as"
                        + " primary*.example.com");
            }
        }

        @Override
        public boolean matches(X509Certificate leaf) throws RefusedException {
            return PrimaryName.names(leaf).stream().anyMatch(this::matches);
        }

        /** Compares label by label, so that the asterisk never stands for a dot. */
        boolean matches(String name) {
            String pattern = text.toLowerCase(Locale.ROOT);
            // Lower case of what is not ASCII may be ASCII: the Kelvin sign becomes a k.
            if (!name.chars().allMatch(character -> character > ' ' && character < 0x7f)) {
                return false;
            }
            String[] wanted = pattern.split("\\.", 2);
            String[] given = name.toLowerCase(Locale.ROOT).split("\\.", 2);
            return wanted.length == given.length
                    && (wanted.length == 1 || wanted[1].equals(given[1]))
                    && labelMatches(wanted[0], given[0]);
        }

        private static boolean labelMatches(String wanted, String given) {
            int asterisk = wanted.indexOf('*');
            if (asterisk < 0) {
                return wanted.equals(given);
            }
            String start = wanted.substring(0, asterisk);
            String end = wanted.substring(asterisk + 1);
            return !given.isEmpty()
                    && given.length() >= start.length() + end.length()
                    && given.startsWith(start)
                    && given.endsWith(end);
        }
    }

    /**
     * One certificate, whatever its names are.
     *
     * @param sha256 of its DER, 64 hexadecimal digits in either case
     */
    record Thumbprint(String sha256) implements CertificatePattern {
        public Thumbprint {
            if (!sha256.matches("[0-9A-Fa-f]{64}")) {
                throw new IllegalArgumentException("certificate thumbprint \"" + Excerpt.of(sha256)
                        + "\"; accepted is a SHA-256 in 64 hexadecimal digits");
            }
        }

        @Override
        public boolean matches(X509Certificate leaf) {
            return Fingerprint.sha256(leaf).equalsIgnoreCase(sha256);
        }
    }

    /** Every certificate that the replica's trust accepts. */
    record AnyAccepted() implements CertificatePattern {

        @Override
        public boolean matches(X509Certificate leaf) {
            return true;
        }
    }
}
