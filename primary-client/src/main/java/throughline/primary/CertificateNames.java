package throughline.primary;

import java.util.List;
import java.util.Locale;

/** Whether a certificate's names cover a host (RFC 9525 section 6.3): exactly, or by a wildcard as the whole first label. */
final class CertificateNames {
    private CertificateNames() {}

    static boolean contain(List<String> names, String host) {
        String wanted = host.toLowerCase(Locale.ROOT);
        int dot = wanted.indexOf('.');
        String wildcard = dot > 0 ? "*" + wanted.substring(dot) : wanted;
        return names.stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .anyMatch(name -> name.equals(wanted) || (name.equals(wildcard) && !isAddress(wanted)));
    }

    private static boolean isAddress(String host) {
        return host.contains(":") || host.matches("[0-9.]+");
    }
}
