package throughline.identity;

import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.HexFormat;
import java.util.Map;

/** Private keys from DER: PKCS#8 as it is (RFC 5208, 5), the two older forms by wrapping them in it. */
final class PrivateKeyInfo {
    private static final byte[] VERSION_0 = {Der.INTEGER, 1, 0};
    private static final byte[] ID_EC_PUBLIC_KEY = Der.element(Der.OBJECT_IDENTIFIER, hex("2a8648ce3d0201"));
    private static final byte[] RSA_ENCRYPTION = Der.element(Der.OBJECT_IDENTIFIER, hex("2a864886f70d010101"));
    private static final byte[] NULL = {5, 0};
    private static final int EC_PARAMETERS = 0xA0;

    /** By the content octets of the object identifier. */
    private static final Map<String, String> ALGORITHMS = Map.of(
            "2a8648ce3d0201", "EC",
            "2a864886f70d010101", "RSA",
            "2a864886f70d01010a", "RSASSA-PSS",
            "2b6570", "EdDSA",
            "2b6571", "EdDSA");

    private PrivateKeyInfo() {}

    static PrivateKey decode(byte[] pkcs8) throws UnusableIdentityException {
        Der info = new Der(pkcs8).enter(Der.SEQUENCE);
        info.read(Der.INTEGER);
        byte[] algorithmId = info.enter(Der.SEQUENCE).read(Der.OBJECT_IDENTIFIER);
        String algorithm = ALGORITHMS.get(HexFormat.of().formatHex(algorithmId));
        if (algorithm == null) {
            throw new UnusableIdentityException(
                    ("The private key is of a type that is not accepted (object identifier %s);"
                                    + " EC, RSA, RSASSA-PSS, Ed25519 and Ed448 are.")
                            .formatted(dotted(algorithmId)));
        }
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (NoSuchAlgorithmException | InvalidKeySpecException | RuntimeException damaged) {
            throw new UnusableIdentityException(
                    "The private key (%s) is damaged, or its curve or size is one this Java does not support."
                            .formatted(algorithm),
                    damaged);
        }
    }

    /** ECPrivateKey of RFC 5915, 3. The curve may be left out there, but then nobody knows it. */
    static PrivateKey decodeEc(byte[] ecPrivateKey) throws UnusableIdentityException {
        Der key = new Der(ecPrivateKey).enter(Der.SEQUENCE);
        key.read(Der.INTEGER);
        key.read(Der.OCTET_STRING);
        if (!key.nextIs(EC_PARAMETERS)) {
            throw new UnusableIdentityException(
                    "The EC private key does not name its curve; convert with openssl pkcs8 -topk8 -nodes.");
        }
        byte[] curve = key.read(EC_PARAMETERS);
        return decode(wrap(ID_EC_PUBLIC_KEY, curve, ecPrivateKey));
    }

    /** RSAPrivateKey of RFC 8017, A.1.2. */
    static PrivateKey decodeRsa(byte[] rsaPrivateKey) throws UnusableIdentityException {
        return decode(wrap(RSA_ENCRYPTION, NULL, rsaPrivateKey));
    }

    private static byte[] wrap(byte[] algorithmId, byte[] parameters, byte[] key) {
        return Der.element(
                Der.SEQUENCE,
                VERSION_0,
                Der.element(Der.SEQUENCE, algorithmId, parameters),
                Der.element(Der.OCTET_STRING, key));
    }

    /** X.690, 8.19: base 128, the first two arcs share a number. Long ones are cut, for they only go into a sentence. */
    private static String dotted(byte[] objectIdentifier) {
        StringBuilder text = new StringBuilder();
        long arc = 0;
        for (int i = 0; i < Math.min(objectIdentifier.length, 32); i++) {
            arc = (arc & 0xFF_FFFF_FFFFL) << 7 | (objectIdentifier[i] & 0x7F);
            if (objectIdentifier[i] >= 0) {
                long first = Math.min(arc / 40, 2);
                text.append(text.isEmpty() ? first + "." + (arc - 40 * first) : "." + arc);
                arc = 0;
            }
        }
        return text.toString();
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
