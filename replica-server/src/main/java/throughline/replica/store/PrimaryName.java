package throughline.replica.store;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import throughline.protocol.Excerpt;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;

/**
 * Whose disks they are: the name that the client certificate gives a primary. It is kept in the log and stands in messages,
 * so the alphabet is small: letters, digits, dot, hyphen, underscore; 1 to 253 characters; no leading dot.
 *
 * @param value in lower case, because host names do not distinguish it (RFC 4343)
 */
public record PrimaryName(String value) {
    private static final Pattern ACCEPTED = Pattern.compile("[a-z0-9_-][a-z0-9._-]{0,252}");

    /** GeneralName's choice for a host name (RFC 5280 section 4.2.1.6). */
    private static final Integer DNS_NAME = 2;

    public PrimaryName {
        if (!ACCEPTED.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "primary name \"" + Excerpt.of(value)
                            + "\"; accepted are 1 to 253 letters, digits, dots, hyphens and underscores, not starting with a dot");
        }
    }

    /**
     * The first of the certificate's {@link #names}. A wildcard's asterisk becomes an underscore, which no host name
     * contains.
     *
     * @throws RefusedException NOT_AUTHORISED where the certificate has none, or one with other characters
     */
    public static PrimaryName of(X509Certificate certificate) throws RefusedException {
        String name = names(certificate).stream()
                .findFirst()
                .orElseThrow(
                        () -> new RefusedException(
                                RefusalReason.NOT_AUTHORISED,
                                "the client certificate has neither a dNSName nor a common name; one of them names the primary"));
        try {
            return new PrimaryName(lowerCase(name.replace('*', '_')));
        } catch (IllegalArgumentException unusable) {
            throw new RefusedException(
                    RefusalReason.NOT_AUTHORISED, "client certificate: " + unusable.getMessage(), unusable);
        }
    }

    /**
     * The dNSNames among the certificate's subject alternative names; where it has none, its common name, if there is
     * one.
     *
     * @throws RefusedException NOT_AUTHORISED where they cannot be read
     */
    public static List<String> names(X509Certificate certificate) throws RefusedException {
        List<String> names = dnsNames(certificate);
        return names.isEmpty() ? commonName(certificate).map(List::of).orElse(List.of()) : names;
    }

    @Override
    public String toString() {
        return value;
    }

    /** Of ASCII letters alone: the lower case of a Kelvin sign is a k, and would make one name of two. */
    private static String lowerCase(String name) {
        return name.chars().allMatch(character -> character < 0x80) ? name.toLowerCase(Locale.ROOT) : name;
    }

    private static List<String> dnsNames(X509Certificate certificate) throws RefusedException {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return (names == null ? List.<List<?>>of() : names)
                    .stream()
                            .filter(name -> DNS_NAME.equals(name.get(0)))
                            .map(name -> String.valueOf(name.get(1)))
                            .toList();
        } catch (CertificateParsingException unreadable) {
            throw new RefusedException(
                    RefusalReason.NOT_AUTHORISED,
                    "the client certificate's subject alternative names cannot be read",
                    unreadable);
        }
    }

    private static Optional<String> commonName(X509Certificate certificate) {
        try {
            List<Rdn> names = new LdapName(certificate.getSubjectX500Principal().getName()).getRdns();
            return names.stream()
                    .filter(name -> name.getType().equalsIgnoreCase("CN") && name.getValue() instanceof String)
                    .map(name -> (String) name.getValue())
                    // LdapName counts from the right (RFC 2253): the last is the most specific.
                    .reduce((general, specific) -> specific);
        } catch (InvalidNameException unreadable) {
            return Optional.empty();
        }
    }
}
