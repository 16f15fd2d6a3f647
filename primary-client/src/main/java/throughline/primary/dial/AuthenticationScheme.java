package throughline.primary.dial;

import java.util.Locale;
import java.util.Optional;

/** How a proxy may ask who is there, the strongest first. */
public enum AuthenticationScheme {
    /** Kerberos or NTLM inside SPNEGO (RFC 4559). Used only where the settings name it for this proxy. */
    NEGOTIATE,
    /** NTLM version 2 (MS-NLMP, MS-NTHT). Used only where the settings name it for this proxy. */
    NTLM,
    /** RFC 7616. */
    DIGEST,
    /** RFC 7617: user and password as they are. */
    BASIC;

    /** Names know no case (RFC 9110 section 11.1). */
    public static Optional<AuthenticationScheme> named(String name) {
        for (AuthenticationScheme scheme : values()) {
            if (scheme.name().equals(name.toUpperCase(Locale.ROOT))) {
                return Optional.of(scheme);
            }
        }
        return Optional.empty();
    }
}
