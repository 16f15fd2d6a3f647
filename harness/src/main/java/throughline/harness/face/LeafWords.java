package throughline.harness.face;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** A certificate chain, told by how it differs from the replica's own. */
final class LeafWords {
    private static final String COPY = "copy";
    private static final List<String> KEY_USAGES = List.of(
            "digitalSignature",
            "nonRepudiation",
            "keyEncipherment",
            "dataEncipherment",
            "keyAgreement",
            "keyCertSign",
            "cRLSign",
            "encipherOnly",
            "decipherOnly");
    private static final Map<String, String> PURPOSES =
            Map.of("1.3.6.1.5.5.7.3.1", "serverAuth", "1.3.6.1.5.5.7.3.2", "clientAuth");

    private final X509Certificate original;
    private final X509Certificate authority;

    /** @param authority the box's */
    LeafWords(X509Certificate original, X509Certificate authority) {
        this.original = original;
        this.authority = authority;
    }

    Map<FaceField, String> of(List<X509Certificate> chain, Instant now) throws CertificateParsingException {
        Map<FaceField, String> words = new EnumMap<>(FaceField.class);
        X509Certificate leaf = chain.get(0);
        words.put(FaceField.LEAF, whose(leaf));
        words.put(FaceField.SUBJECT, subject(leaf));
        words.put(FaceField.NAMES, names(leaf));
        words.put(FaceField.KEY, key(leaf));
        words.put(FaceField.USAGE, usage(leaf));
        words.put(FaceField.VALIDITY, validity(leaf, now));
        words.put(FaceField.SENT, Integer.toString(chain.size()));
        words.put(
                FaceField.ISSUER_SENT,
                Long.toString(chain.stream()
                        .skip(1)
                        .filter(sent -> sent.getSubjectX500Principal().equals(leaf.getIssuerX500Principal()))
                        .count()));
        return words;
    }

    private String whose(X509Certificate leaf) {
        if (leaf.equals(original)) {
            return "replica's";
        }
        return leaf.getIssuerX500Principal().equals(original.getIssuerX500Principal()) ? "box's" : "forged";
    }

    private String subject(X509Certificate leaf) {
        List<Rdn> known = parts(original);
        String words = parts(leaf).stream()
                .map(part -> known.contains(part) ? part.getType() : part.getType() + "=" + part.getValue())
                .collect(Collectors.joining(", "));
        return words.isEmpty() ? Face.NOTHING : words;
    }

    /** In the order of the encoding. */
    private static List<Rdn> parts(X509Certificate certificate) {
        try {
            return new LdapName(certificate.getSubjectX500Principal().getName()).getRdns();
        } catch (InvalidNameException strange) {
            throw new IllegalStateException("a subject that Java wrote and cannot read", strange);
        }
    }

    private String names(X509Certificate leaf) throws CertificateParsingException {
        List<String> names = alternativeNames(leaf);
        if (names.equals(alternativeNames(original))) {
            return COPY;
        }
        return names.equals(List.of(FaceLaboratory.HOST)) ? "name asked for" : listed(names);
    }

    private static List<String> alternativeNames(X509Certificate certificate) throws CertificateParsingException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        return names == null
                ? List.of()
                : names.stream().map(name -> String.valueOf(name.get(1))).toList();
    }

    private static String key(X509Certificate leaf) {
        if (leaf.getPublicKey() instanceof RSAKey rsa) {
            return "RSA " + rsa.getModulus().bitLength();
        }
        if (leaf.getPublicKey() instanceof ECKey ec) {
            return "EC " + ec.getParams().getOrder().bitLength();
        }
        return leaf.getPublicKey().getAlgorithm();
    }

    private static String usage(X509Certificate leaf) throws CertificateParsingException {
        List<String> words = new ArrayList<>();
        boolean[] usages = leaf.getKeyUsage();
        for (int i = 0; usages != null && i < KEY_USAGES.size() && i < usages.length; i++) {
            if (usages[i]) {
                words.add(KEY_USAGES.get(i));
            }
        }
        List<String> purposes = leaf.getExtendedKeyUsage();
        for (String purpose : purposes == null ? Collections.<String>emptyList() : purposes) {
            words.add(PURPOSES.getOrDefault(purpose, purpose));
        }
        return listed(words);
    }

    private String validity(X509Certificate leaf, Instant now) {
        if (sameDates(leaf, original)) {
            return COPY;
        }
        return sameDates(leaf, authority)
                ? "authority's"
                : "-" + days(leaf.getNotBefore().toInstant(), now) + "d..+"
                        + days(now, leaf.getNotAfter().toInstant()) + "d";
    }

    private static boolean sameDates(X509Certificate one, X509Certificate other) {
        return one.getNotBefore().toInstant().equals(other.getNotBefore().toInstant())
                && one.getNotAfter().toInstant().equals(other.getNotAfter().toInstant());
    }

    /** Rounded, since a handshake takes its time. */
    private static long days(Instant from, Instant to) {
        return Math.round(Duration.between(from, to).toMinutes() / (24 * 60.0));
    }

    private static String listed(List<String> words) {
        return words.isEmpty() ? Face.NOTHING : String.join(", ", words);
    }
}
