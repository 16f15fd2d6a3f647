package throughline.harness.middlebox;

/** How a box lets clients log in over HTTP (RFC 9110, 11.7). */
public enum LoginScheme {
    /** RFC 7617. */
    BASIC,
    /** RFC 7616 with the algorithm of RFC 2617, which is the only one that squid 5 knows. */
    DIGEST_MD5,
    DIGEST_SHA_256
}
