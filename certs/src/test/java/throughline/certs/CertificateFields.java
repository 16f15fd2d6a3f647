package throughline.certs;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import throughline.identity.Identity;

/** What a leaf says, as text by field, without what is new in every one: serial number, key, and the digests of keys. */
record CertificateFields(Map<String, String> values) {
    /** subjectKeyIdentifier and authorityKeyIdentifier (RFC 5280, A.2). */
    private static final Set<String> KEY_IDENTIFIERS = Set.of("2.5.29.14", "2.5.29.35");

    static CertificateFields of(TestPki pki, Identity identity) {
        X509Certificate leaf = identity.leaf();
        Map<String, String> values = new TreeMap<>();
        values.put("subject", leaf.getSubjectX500Principal().getName());
        values.put("issuer", leaf.getIssuerX500Principal().getName());
        values.put("notBefore", leaf.getNotBefore().toInstant().toString());
        values.put("notAfter", leaf.getNotAfter().toInstant().toString());
        values.put("signature", leaf.getSigAlgName());
        values.put("key", KeyType.of(leaf.getPublicKey()).toString());
        values.put("signer", String.valueOf(isSignedByRoot(pki, leaf)));
        values.put("chain", String.valueOf(identity.chain().size()));
        Stream.concat(leaf.getCriticalExtensionOIDs().stream(), leaf.getNonCriticalExtensionOIDs().stream())
                .filter(type -> !KEY_IDENTIFIERS.contains(type))
                .forEach(type -> values.put(
                        type,
                        leaf.getCriticalExtensionOIDs().contains(type)
                                + HexFormat.of().formatHex(leaf.getExtensionValue(type))));
        return new CertificateFields(values);
    }

    Set<String> differingFrom(CertificateFields other) {
        return Stream.concat(values.keySet().stream(), other.values.keySet().stream())
                .filter(field -> !Objects.equals(values.get(field), other.values.get(field)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isSignedByRoot(TestPki pki, X509Certificate leaf) {
        try {
            leaf.verify(pki.root().certificate().getPublicKey());
            return true;
        } catch (GeneralSecurityException another) {
            return false;
        }
    }
}
