package throughline.harness.middlebox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Base64;

/**
 * What a client proves itself with under the scheme Basic (RFC 7617), in UTF-8.
 *
 * @param user without a colon
 * @param password never shown
 */
public record BasicCredentials(String user, String password) {
    private static final String SCHEME = "basic ";

    public BasicCredentials {
        if (user.contains(":")) {
            throw new IllegalArgumentException("The user name \"" + user + "\" has a colon; accepted is one without.");
        }
    }

    /** Whether the value of a {@code Proxy-Authorization} field presents these. */
    boolean matches(String fieldValue) {
        return fieldValue.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && MessageDigest.isEqual(
                        fieldValue.substring(SCHEME.length()).strip().getBytes(UTF_8), encoded());
    }

    private byte[] encoded() {
        return Base64.getEncoder().encode((user + ":" + password).getBytes(UTF_8));
    }

    /** Names the user only. */
    @Override
    public String toString() {
        return "BasicCredentials[" + user + "]";
    }
}
