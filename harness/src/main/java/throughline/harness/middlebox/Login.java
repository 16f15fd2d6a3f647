package throughline.harness.middlebox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Asks for credentials with 407 and judges what comes. One for all connections of a box. */
final class Login {
    static final String REALM = "throughline";
    private static final String BASIC = "basic ";
    private static final String DIGEST = "digest ";

    private final Credentials credentials;
    private final List<LoginScheme> schemes;
    private final DigestCheck digest;

    Login(Credentials credentials, List<LoginScheme> schemes) {
        this.credentials = credentials;
        this.schemes = List.copyOf(schemes);
        this.digest = new DigestCheck(credentials, REALM);
    }

    /** One value of {@code Proxy-Authenticate} per scheme, in the order of the settings. */
    List<String> challenges() {
        return schemes.stream().map(this::challenge).toList();
    }

    /** Why the request is not let through; absent when it is. */
    Optional<String> complaint(HttpHead head) {
        Optional<String> presented = head.first("Proxy-Authorization");
        if (presented.isEmpty()) {
            return Optional.of("This proxy wants credentials, and the request has none.");
        }
        return known(presented.get(), head)
                ? Optional.empty()
                : Optional.of("This proxy does not know these credentials.");
    }

    private String challenge(LoginScheme scheme) {
        return switch (scheme) {
            case BASIC -> "Basic realm=\"" + REALM + "\"";
            case DIGEST_MD5 -> digest.challenge("MD5");
            case DIGEST_SHA_256 -> digest.challenge("SHA-256");
        };
    }

    private boolean known(String presented, HttpHead head) {
        if (begins(presented, BASIC)) {
            return schemes.contains(LoginScheme.BASIC)
                    && basic(presented.substring(BASIC.length()).strip());
        }
        return begins(presented, DIGEST)
                && digest.answers(presented.substring(DIGEST.length()), head.startLine(), this::offered);
    }

    private boolean offered(String algorithm) {
        return switch (algorithm.toUpperCase(Locale.ROOT)) {
            case "MD5" -> schemes.contains(LoginScheme.DIGEST_MD5);
            case "SHA-256" -> schemes.contains(LoginScheme.DIGEST_SHA_256);
            default -> false;
        };
    }

    private boolean basic(String token) {
        try {
            String pair = new String(Base64.getDecoder().decode(token.getBytes(StandardCharsets.ISO_8859_1)), UTF_8);
            int colon = pair.indexOf(':');
            return colon >= 0 && credentials.matches(pair.substring(0, colon), pair.substring(colon + 1));
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private static boolean begins(String value, String scheme) {
        return value.regionMatches(true, 0, scheme, 0, scheme.length());
    }
}
