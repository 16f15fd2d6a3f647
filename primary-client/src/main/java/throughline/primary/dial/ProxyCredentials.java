package throughline.primary.dial;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** User name and password for a proxy. Shows neither in {@code toString}. */
public final class ProxyCredentials {
    /** A shorter one stands in many texts by chance. */
    private static final int SHORTEST_PASSWORD = 4;

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

    boolean isSame(ProxyCredentials other) {
        return user.equals(other.user) && password.equals(other.password);
    }

    String user() {
        return user;
    }

    String password() {
        return password;
    }

    /** The value of Proxy-Authorization for Basic, in UTF-8 (RFC 7617). */
    String basic() {
        return "Basic " + Base64.getEncoder().encodeToString(pair().getBytes(StandardCharsets.UTF_8));
    }

    /** A text from outside without these credentials, in case it reflects them; they may also be cut off at its end. */
    String conceal(String text) {
        String token = basic().substring("Basic ".length()).replace("=", "");
        String shown = withoutHeader(text);
        for (String secret : List.of(token, pair(), password.length() < SHORTEST_PASSWORD ? "" : password)) {
            shown = ReflectedSecret.without(secret, shown);
        }
        return shown;
    }

    /** A request that is shown holds what was sent for the credentials, also where that is no pair. */
    static String withoutHeader(String text) {
        return ReflectedSecret.withoutHeader(text);
    }

    private String pair() {
        return user + ":" + password;
    }

    @Override
    public String toString() {
        return "ProxyCredentials[user and password not shown]";
    }
}
