package throughline.harness.middlebox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The proxy's side of Digest (RFC 7616) with {@code qop=auth}: nonces of its own, each with a count that has to grow. */
final class DigestCheck {
    private static final Pattern PARAMETER =
            Pattern.compile("([A-Za-z0-9*_-]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^\\s,\"]+))");
    private static final int MOST_NONCES = 1024;

    private final ProxyAccount credentials;
    private final String realm;
    private final SecureRandom random = new SecureRandom();

    /** Issued here, with the highest count seen; the oldest are forgotten. */
    private final Map<String, Long> nonces = new LinkedHashMap<>();

    DigestCheck(ProxyAccount credentials, String realm) {
        this.credentials = credentials;
        this.realm = realm;
    }

    String challenge(String algorithm) {
        return "Digest realm=\"" + realm + "\", nonce=\"" + nonce() + "\", qop=\"auth\", algorithm=" + algorithm;
    }

    /** What an answer to a challenge is worth. */
    enum Judgement {
        RIGHT,
        /** It knows the password, and answers a challenge that is not known here, or not any more. */
        STALE,
        WRONG
    }

    /**
     * Whether the parameters are the right answer to a challenge of this proxy's, given for the first time.
     *
     * @param startLine of the request that they came with
     */
    Judgement judge(String text, String startLine, Predicate<String> offered) {
        Map<String, String> given = parameters(text);
        String algorithm = given.getOrDefault("algorithm", "MD5");
        String[] request = startLine.split(" ", -1);
        if (!offered.test(algorithm)
                || request.length != 3
                || !given.getOrDefault("uri", "").equals(request[1])
                || !given.getOrDefault("realm", "").equals(realm)
                || !given.getOrDefault("username", "").equals(wireForm(credentials.user()))
                || !given.getOrDefault("qop", "").equals("auth")) {
            return Judgement.WRONG;
        }
        String expected = response(algorithm, request[0], request[1], given);
        boolean knowsThePassword = MessageDigest.isEqual(
                expected.getBytes(ISO_8859_1),
                given.getOrDefault("response", "").getBytes(ISO_8859_1));
        return knowsThePassword
                ? judge(given.getOrDefault("nonce", ""), given.getOrDefault("nc", ""))
                : Judgement.WRONG;
    }

    private String response(String algorithm, String method, String uri, Map<String, String> given) {
        String secret = hash(algorithm, credentials.user() + ":" + realm + ":" + credentials.password());
        String what = hash(algorithm, method + ":" + uri);
        return hash(
                algorithm,
                secret + ":" + given.getOrDefault("nonce", "") + ":" + given.getOrDefault("nc", "") + ":"
                        + given.getOrDefault("cnonce", "") + ":auth:" + what);
    }

    private synchronized String nonce() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        String nonce = HexFormat.of().formatHex(bytes);
        if (nonces.size() == MOST_NONCES) {
            nonces.remove(nonces.keySet().iterator().next());
        }
        nonces.put(nonce, 0L);
        return nonce;
    }

    /** RFC 7616, 3.4: a count that does not grow is a replay. */
    private synchronized Judgement judge(String nonce, String count) {
        Long last = nonces.get(nonce);
        if (last == null) {
            return Judgement.STALE;
        }
        if (!count.matches("[0-9A-Fa-f]{8}") || Long.parseLong(count, 16) <= last) {
            return Judgement.WRONG;
        }
        nonces.put(nonce, Long.parseLong(count, 16));
        return Judgement.RIGHT;
    }

    private static Map<String, String> parameters(String text) {
        Map<String, String> found = new HashMap<>();
        Matcher matcher = PARAMETER.matcher(text);
        while (matcher.find()) {
            String quoted = matcher.group(2);
            String value = quoted == null ? matcher.group(3) : quoted.replaceAll("\\\\(.)", "$1");
            found.put(matcher.group(1).toLowerCase(Locale.ROOT), value);
        }
        return found;
    }

    private static String hash(String algorithm, String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            return HexFormat.of().formatHex(digest.digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("This Java has no " + algorithm + ".", impossible);
        }
    }

    /** Heads are read as ISO 8859-1, and clients write UTF-8. */
    private static String wireForm(String user) {
        return new String(user.getBytes(UTF_8), ISO_8859_1);
    }
}
