package throughline.harness.middlebox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;

/**
 * What a client proves itself with to a box.
 *
 * @param user without a colon (RFC 7617, 2)
 * @param password never shown
 */
public record ProxyAccount(String user, String password) {
    public ProxyAccount {
        if (user.contains(":")) {
            throw new IllegalArgumentException("The user name \"" + user + "\" has a colon; accepted is one without.");
        }
    }

    /** Whether these are the same, in a time that does not tell how much of them is. */
    boolean matches(String otherUser, String otherPassword) {
        boolean sameUser = MessageDigest.isEqual(user.getBytes(UTF_8), otherUser.getBytes(UTF_8));
        boolean samePassword = MessageDigest.isEqual(password.getBytes(UTF_8), otherPassword.getBytes(UTF_8));
        return sameUser && samePassword;
    }

    /** Names the user only. */
    @Override
    public String toString() {
        return "ProxyAccount[" + user + "]";
    }
}
