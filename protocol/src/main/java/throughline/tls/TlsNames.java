package throughline.tls;

import static java.util.Map.entry;

import java.util.Map;

/** Names for the numbers of a hello, as the specifications and the IANA registries write them. */
public final class TlsNames {
    private TlsNames() {}

    /** {@code SSL 3.0}, {@code TLS 1.0} to {@code TLS 1.3}, and any other number as {@code 0x} and four hex digits. */
    public static String version(int version) {
        return switch (version) {
            case 0x0300 -> "SSL 3.0";
            case 0x0301 -> "TLS 1.0";
            case 0x0302 -> "TLS 1.1";
            case 0x0303 -> "TLS 1.2";
            case 0x0304 -> "TLS 1.3";
            default -> hex(version);
        };
    }

    /** The IANA name of a suite that is in use today, and any other number as {@code 0x} and four hex digits. */
    public static String cipherSuite(int cipherSuite) {
        return CIPHER_SUITES.getOrDefault(cipherSuite, hex(cipherSuite));
    }

    private static String hex(int number) {
        return String.format("0x%04x", number);
    }

    private static final Map<Integer, String> CIPHER_SUITES = Map.ofEntries(
            // TLS 1.3 (RFC 8446 B.4)
            entry(0x1301, "TLS_AES_128_GCM_SHA256"),
            entry(0x1302, "TLS_AES_256_GCM_SHA384"),
            entry(0x1303, "TLS_CHACHA20_POLY1305_SHA256"),
            entry(0x1304, "TLS_AES_128_CCM_SHA256"),
            entry(0x1305, "TLS_AES_128_CCM_8_SHA256"),
            // AEAD (RFC 5288, RFC 5289, RFC 7905)
            entry(0xc02b, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
            entry(0xc02c, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
            entry(0xc02f, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
            entry(0xc030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
            entry(0xcca8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
            entry(0xcca9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"),
            entry(0xccaa, "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
            entry(0x009c, "TLS_RSA_WITH_AES_128_GCM_SHA256"),
            entry(0x009d, "TLS_RSA_WITH_AES_256_GCM_SHA384"),
            entry(0x009e, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"),
            entry(0x009f, "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"),
            entry(0x00a2, "TLS_DHE_DSS_WITH_AES_128_GCM_SHA256"),
            entry(0x00a3, "TLS_DHE_DSS_WITH_AES_256_GCM_SHA384"),
            // CBC (RFC 5246 A.5, RFC 5289, RFC 8422)
            entry(0xc023, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"),
            entry(0xc024, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384"),
            entry(0xc027, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"),
            entry(0xc028, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384"),
            entry(0xc009, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"),
            entry(0xc00a, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"),
            entry(0xc013, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"),
            entry(0xc014, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"),
            entry(0x0067, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256"),
            entry(0x006b, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256"),
            entry(0x0040, "TLS_DHE_DSS_WITH_AES_128_CBC_SHA256"),
            entry(0x006a, "TLS_DHE_DSS_WITH_AES_256_CBC_SHA256"),
            entry(0x0033, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA"),
            entry(0x0039, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA"),
            entry(0x0032, "TLS_DHE_DSS_WITH_AES_128_CBC_SHA"),
            entry(0x0038, "TLS_DHE_DSS_WITH_AES_256_CBC_SHA"),
            entry(0x003c, "TLS_RSA_WITH_AES_128_CBC_SHA256"),
            entry(0x003d, "TLS_RSA_WITH_AES_256_CBC_SHA256"),
            entry(0x002f, "TLS_RSA_WITH_AES_128_CBC_SHA"),
            entry(0x0035, "TLS_RSA_WITH_AES_256_CBC_SHA"),
            entry(0x000a, "TLS_RSA_WITH_3DES_EDE_CBC_SHA"),
            // Signals, no suites (RFC 5746 3.3, RFC 7507)
            entry(0x00ff, "TLS_EMPTY_RENEGOTIATION_INFO_SCSV"),
            entry(0x5600, "TLS_FALLBACK_SCSV"));
}
