package throughline.primary.dial;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The arithmetic of Digest authentication (RFC 7616 section 3.4). Pure: the client's nonce is given. */
final class Digest {
    /** Algorithms, strongest first. SHA-512-256 is SHA-512/256, not the first half of SHA-512 (erratum 4897). */
    enum Algorithm {
        SHA_512_256("SHA-512-256", "SHA-512/256"),
        SHA_256("SHA-256", "SHA-256"),
        MD5("MD5", "MD5");

        private final String name;
        private final String javaName;

        Algorithm(String name, String javaName) {
            this.name = name;
            this.javaName = javaName;
        }

        /** MD5 where none is named; the suffix {@code -sess} is no part of it. */
        static Optional<Algorithm> named(String name) {
            String bare = name.toUpperCase(Locale.ROOT).replaceAll("-SESS$", "");
            return Arrays.stream(values())
                    .filter(algorithm -> algorithm.name.equals(bare))
                    .findFirst();
        }
    }

    private final Challenge challenge;
    private final Algorithm algorithm;
    private final boolean session;
    private final Optional<String> protection;

    private Digest(Challenge challenge, Algorithm algorithm, Optional<String> protection) {
        this.challenge = challenge;
        this.algorithm = algorithm;
        this.session = named(challenge).toUpperCase(Locale.ROOT).endsWith("-SESS");
        this.protection = protection;
    }

    /** Absent where the challenge asks for what is not known here, or has no nonce. */
    static Optional<Digest> of(Challenge challenge) {
        Optional<String> protection = challenge.parameter("qop").map(Digest::protection);
        boolean usable = challenge.parameter("nonce").isPresent()
                && protection.filter(String::isEmpty).isEmpty();
        return Algorithm.named(named(challenge))
                .filter(algorithm -> usable)
                .map(algorithm -> new Digest(challenge, algorithm, protection));
    }

    Algorithm algorithm() {
        return algorithm;
    }

    /** Whether only the nonce was too old: user and password are as they should be (RFC 7616 section 3.3). */
    boolean stale() {
        return challenge.parameter("stale").filter("true"::equalsIgnoreCase).isPresent();
    }

    String nonce() {
        return challenge.parameter("nonce").orElseThrow();
    }

    /** The value of Proxy-Authorization. */
    String authorization(ProxyCredentials pair, String method, String uri, int count, String clientNonce) {
        String realm = challenge.parameter("realm").orElse("");
        String nonceCount = String.format(Locale.ROOT, "%08x", count);
        boolean hashed =
                challenge.parameter("userhash").filter("true"::equalsIgnoreCase).isPresent();
        StringBuilder value = new StringBuilder("Digest ");
        value.append(user(hashed ? hash(bytes(pair.user()) + ":" + realm) : pair.user()));
        quoted(value, "realm", realm);
        quoted(value, "uri", uri);
        challenge
                .parameter("algorithm")
                .ifPresent(name -> value.append(", algorithm=").append(name));
        quoted(value, "nonce", nonce());
        protection.ifPresent(kind -> {
            value.append(", nc=").append(nonceCount);
            quoted(value, "cnonce", clientNonce);
            value.append(", qop=").append(kind);
        });
        if (session && protection.isEmpty()) {
            // It is part of the session's key, though no protection is named that would ask for it.
            quoted(value, "cnonce", clientNonce);
        }
        quoted(value, "response", response(pair, method, uri, nonceCount, clientNonce));
        challenge.parameter("opaque").ifPresent(opaque -> quoted(value, "opaque", opaque));
        if (hashed) {
            value.append(", userhash=true");
        }
        return value.toString();
    }

    /** RFC 7616 section 3.4.1, and RFC 2069 where the proxy offers no protection by name. */
    String response(ProxyCredentials pair, String method, String uri, String nonceCount, String clientNonce) {
        String secret =
                hash(bytes(pair.user()) + ":" + challenge.parameter("realm").orElse("") + ":" + bytes(pair.password()));
        String first = session ? hash(secret + ":" + nonce() + ":" + clientNonce) : secret;
        // The content of a CONNECT request is empty.
        String second =
                hash(method + ":" + uri + (protection.filter("auth-int"::equals).isPresent() ? ":" + hash("") : ""));
        return protection
                .map(kind -> hash(String.join(":", first, nonce(), nonceCount, clientNonce, kind, second)))
                .orElseGet(() -> hash(first + ":" + nonce() + ":" + second));
    }

    private static String named(Challenge challenge) {
        return challenge.parameter("algorithm").orElse("MD5");
    }

    /** Empty where none that is offered is known. */
    private static String protection(String offered) {
        List<String> kinds = Arrays.stream(offered.split(",", -1))
                .map(kind -> kind.strip().toLowerCase(Locale.ROOT))
                .toList();
        return kinds.contains("auth") ? "auth" : kinds.contains("auth-int") ? "auth-int" : "";
    }

    /** RFC 7616 section 3.4: a name beyond ASCII in the form of RFC 8187. */
    private static String user(String name) {
        if (name.chars().allMatch(c -> c >= ' ' && c < 127)) {
            return "username=\"" + escaped(name) + "\"";
        }
        return "username*=UTF-8''"
                + HexFormat.of()
                        .withUpperCase()
                        .formatHex(name.getBytes(StandardCharsets.UTF_8))
                        .chars()
                        .mapToObj(Character::toString)
                        .collect(Collectors.joining())
                        .replaceAll("..", "%$0");
    }

    private static void quoted(StringBuilder value, String name, String text) {
        value.append(", ").append(name).append("=\"").append(escaped(text)).append('"');
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    /** In UTF-8, a character for each byte: that is how the challenge is read, and its realm is hashed as it came. */
    private static String bytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private String hash(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance(algorithm.javaName).digest(text.getBytes(StandardCharsets.ISO_8859_1));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java has no " + algorithm.javaName + ".", e);
        }
    }
}
