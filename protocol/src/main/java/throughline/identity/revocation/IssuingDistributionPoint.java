package throughline.identity.revocation;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** The part of a CA's certificates that a CRL covers (RFC 5280, 5.2.5). */
final class IssuingDistributionPoint {
    private static final int ONLY_USERS = 1;
    private static final int ONLY_AUTHORITIES = 2;
    private static final int ONLY_ATTRIBUTES = 5;
    private static final int INDIRECT = 4;
    private static final int SOME_REASONS = 3;

    private IssuingDistributionPoint() {}

    /** Whether all revocations of the certificate are in it. What cannot be read covers nothing. */
    static boolean covers(byte[] extension, List<String> pointNames, X509Certificate certificate) {
        try {
            DerElement scope = DerElement.of(DerElement.of(extension).content());
            boolean authority = certificate.getBasicConstraints() >= 0;
            return named(scope, pointNames)
                    && !(asserts(scope, ONLY_USERS) && authority)
                    && !(asserts(scope, ONLY_AUTHORITIES) && !authority)
                    && !asserts(scope, INDIRECT)
                    && !asserts(scope, ONLY_ATTRIBUTES)
                    && scope.child(DerElement.primitive(SOME_REASONS)).isEmpty();
        } catch (MalformedDerException unreadable) {
            return false;
        }
    }

    /** If the CRL is of a distribution point, that has to be one of the certificate's. */
    private static boolean named(DerElement scope, List<String> pointNames) throws MalformedDerException {
        Optional<DerElement> point = scope.child(DerElement.constructed(0));
        if (point.isEmpty()) {
            return true;
        }
        Optional<DerElement> fullName = point.get().child(DerElement.constructed(0));
        return fullName.isPresent()
                && fullName.get().children().stream()
                        .anyMatch(name -> name.tag() == DerElement.primitive(6) && pointNames.contains(name.text()));
    }

    private static boolean asserts(DerElement scope, int number) throws MalformedDerException {
        Optional<DerElement> flag = scope.child(DerElement.primitive(number));
        return flag.isPresent()
                && (flag.get().content().length != 1 || flag.get().content()[0] != 0);
    }
}
