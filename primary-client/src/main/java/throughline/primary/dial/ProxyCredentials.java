package throughline.primary.dial;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** User name and password for a proxy. Shows neither in {@code toString}. */
public final class ProxyCredentials {
    private final String user;
    private final String password;

    /** Takes a user name without a colon (RFC 7617 section 2). */
    public ProxyCredentials(String user, String password) {
        if (user.contains(":")) {
            throw new IllegalArgumentException("a user name for Basic authentication contains no colon (RFC 7617)");
        }
        this.user = user;
        this.password = password;
    }

    /** The value of Proxy-Authorization for Basic, in UTF-8 (RFC 7617). */
    String basic() {
        byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    @Override
    public String toString() {
        return "ProxyCredentials[user and password not shown]";
    }
}
