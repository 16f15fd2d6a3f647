package throughline.primary.diagnosis.rules;

import java.util.Optional;
import java.util.regex.Pattern;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import throughline.primary.evidence.CertificateFacts;

/**
 * A product that ends TLS, and how the names it issues certificates under look.
 *
 * @param commonName matched against the whole CN of the issuer; absent when the product is not known by it
 * @param organization matched against the whole O of the issuer; likewise. Where both are given, both must match
 */
record Interceptor(String product, Optional<Pattern> commonName, Optional<Pattern> organization) {

    boolean issued(CertificateFacts certificate) {
        return matches(commonName, certificate.issuer(), "CN")
                && matches(organization, certificate.issuer(), "O")
                && (commonName.isPresent() || organization.isPresent());
    }

    private static boolean matches(Optional<Pattern> pattern, String distinguishedName, String attribute) {
        return pattern.isEmpty()
                || attribute(distinguishedName, attribute)
                        .filter(value -> pattern.get().matcher(value).matches())
                        .isPresent();
    }

    private static Optional<String> attribute(String distinguishedName, String attribute) {
        try {
            return new LdapName(distinguishedName)
                    .getRdns().stream()
                            .filter(rdn -> rdn.getType().equalsIgnoreCase(attribute))
                            .map(Rdn::getValue)
                            .map(String::valueOf)
                            .findFirst();
        } catch (InvalidNameException e) {
            return Optional.empty();
        }
    }
}
