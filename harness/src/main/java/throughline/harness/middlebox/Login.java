package throughline.harness.middlebox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import throughline.harness.middlebox.DigestCheck.Judgement;

/** Asks for credentials with 407 and judges what comes. One for all connections of a box. */
final class Login {
    static final String REALM = "throughline";
    private static final String BASIC = "basic ";
    private static final String DIGEST = "digest ";

    private final ProxyAccount credentials;
    private final List<LoginScheme> schemes;
    private final DigestCheck digest;

    Login(ProxyAccount credentials, List<LoginScheme> schemes) {
        this.credentials = credentials;
        this.schemes = List.copyOf(schemes);
        this.digest = new DigestCheck(credentials, REALM);
    }

    /**
     * Why a request is not let through.
     *
     * @param stale the credentials are right, and were made for a challenge that counts no more (RFC 7616, 3.3)
     */
    record Complaint(String why, boolean stale) {}

    /** One value of {@code Proxy-Authenticate} per scheme, in the order of the settings. */
    List<String> challenges(boolean stale) {
        return schemes.stream().map(scheme -> challenge(scheme, stale)).toList();
    }

    /** Why the request is not let through; absent when it is. */
    Optional<Complaint> complaint(HttpHead head) {
        Optional<String> presented = head.first("Proxy-Authorization");
        if (presented.isEmpty()) {
            return Optional.of(new Complaint("This proxy wants credentials, and the request has none.", false));
        }
        return switch (judge(presented.get(), head)) {
            case RIGHT -> Optional.empty();
            case STALE -> Optional.of(new Complaint("These credentials answer a challenge that counts no more.", true));
            case WRONG -> Optional.of(new Complaint("This proxy does not know these credentials.", false));
        };
    }

    private String challenge(LoginScheme scheme, boolean stale) {
        String again = stale ? ", stale=true" : "";
        return switch (scheme) {
            case BASIC -> "Basic realm=\"" + REALM + "\"";
            case DIGEST_MD5 -> digest.challenge("MD5") + again;
            case DIGEST_SHA_256 -> digest.challenge("SHA-256") + again;
        };
    }

    private Judgement judge(String presented, HttpHead head) {
        if (begins(presented, DIGEST)) {
            return digest.judge(presented.substring(DIGEST.length()), head.startLine(), this::offered);
        }
        boolean known = begins(presented, BASIC)
                && schemes.contains(LoginScheme.BASIC)
                && basic(presented.substring(BASIC.length()).strip());
        return known ? Judgement.RIGHT : Judgement.WRONG;
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
