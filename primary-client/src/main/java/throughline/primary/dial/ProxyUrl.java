package throughline.primary.dial;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import throughline.identity.Trust;
import throughline.primary.dial.ProxySettings.Hop;
import throughline.primary.dial.ProxySettings.HttpConnect;
import throughline.primary.dial.ProxySettings.HttpsConnect;
import throughline.primary.dial.ProxySettings.Socks5;
import throughline.protocol.Excerpt;

/**
 * A proxy as a URL names it.
 *
 * @param host without brackets; a name that is not ASCII in the form for DNS (RFC 5890)
 * @param credentials from the part before the {@code @}, percent-decoded
 */
record ProxyUrl(Scheme scheme, String host, int port, Optional<ProxyCredentials> credentials) {
    /** What Java reads for bytes that the locale does not know: sent on, it would be a wrong password. */
    static final char UNREADABLE = '\uFFFD';

    private static final String ACCEPTED = "accepted is http, https, socks5 or socks5h, as in http://host:port";
    private static final Pattern URL = Pattern.compile(
            "(?:(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?(?:(?<user>[^/?#]*)@)?(?<host>\\[[^\\]/?#@]*]|[^:/?#@\\[\\]]*)"
                    + "(?::(?<port>[0-9]*+)(?!//))?(?:[/?#].*)?");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._~-]{1,253}|[0-9A-Fa-f:.]+(?:%[A-Za-z0-9._~-]+)?");

    enum Scheme {
        HTTP(1080),
        HTTPS(443),
        SOCKS5(1080);

        /** What curl takes where none is given. */
        final int defaultPort;

        Scheme(int defaultPort) {
            this.defaultPort = defaultPort;
        }
    }

    /** A scheme and a port must be given, except for the port of https; credentials must not. */
    static ProxyUrl parse(String text) {
        Matcher url = match(text);
        if (url.group("user") != null) {
            throw new IllegalArgumentException("a proxy with a user name or password in its URL; " + ACCEPTED);
        }
        String given = url.group("port");
        boolean https = "https".equalsIgnoreCase(url.group("scheme"));
        if (url.group("scheme") == null) {
            throw refused(text);
        }
        if (!https && (given == null || given.isEmpty())) {
            throw refused(text, " without a port", "");
        }
        return of(text, url);
    }

    /** As curl reads a variable of the environment: HTTP where no scheme is given, a default port, credentials. */
    static ProxyUrl parseLenient(String text) {
        return of(text, match(text));
    }

    Hop hop() {
        ProxyAuthentication authentication = ProxyAuthentication.of(credentials);
        return switch (scheme) {
            case HTTP -> new HttpConnect(host, port, authentication);
            case HTTPS -> new HttpsConnect(host, port, authentication, ProxyTls.trusting(Trust.platform()));
            case SOCKS5 -> new Socks5(host, port, authentication);
        };
    }

    private static Matcher match(String text) {
        Matcher url = URL.matcher(text);
        // With one slash it would be a host by the name of a scheme.
        if (!url.matches() || text.matches("(?is)(?:https?|socks[0-9a-z]*):/(?!/).*")) {
            throw refused(text);
        }
        return url;
    }

    private static ProxyUrl of(String text, Matcher url) {
        Scheme scheme = scheme(text, Optional.ofNullable(url.group("scheme")).orElse("http"));
        String host = host(text, url.group("host"));
        String given = Optional.ofNullable(url.group("port")).orElse("");
        int port = given.isEmpty() ? scheme.defaultPort : given.length() > 5 ? 0 : Integer.parseInt(given);
        if (port < 1 || port > 65535) {
            throw refused(text, "", ", with a port from 1 to 65535");
        }
        return new ProxyUrl(
                scheme, host, port, Optional.ofNullable(url.group("user")).map(ProxyUrl::credentials));
    }

    private static Scheme scheme(String text, String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "http" -> Scheme.HTTP;
            case "https" -> Scheme.HTTPS;
            case "socks5", "socks5h" -> Scheme.SOCKS5;
            default -> throw refused(text);
        };
    }

    private static String host(String text, String given) {
        String bare =
                given.startsWith("[") ? given.substring(1, given.length() - 1).replace("%25", "%") : given;
        try {
            String ascii = HostPort.ascii(bare);
            if (HOST.matcher(ascii).matches() && given.startsWith("[") == ascii.contains(":")) {
                return ascii;
            }
        } catch (IllegalArgumentException noName) {
            // Said below.
        }
        throw refused(text);
    }

    private static ProxyCredentials credentials(String given) {
        int colon = given.indexOf(':');
        return colon < 0
                ? new ProxyCredentials(decoded(given), "")
                : new ProxyCredentials(decoded(given.substring(0, colon)), decoded(given.substring(colon + 1)));
    }

    private static String decoded(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] plain = new byte[bytes.length];
        int length = 0;
        for (int i = 0; i < bytes.length; i++) {
            boolean escape = bytes[i] == '%' && i + 2 < bytes.length;
            int value = escape ? hex(bytes[i + 1]) * 16 + hex(bytes[i + 2]) : -1;
            plain[length++] = value >= 0 ? (byte) value : bytes[i];
            i += value >= 0 ? 2 : 0;
        }
        try {
            String decoded = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(plain, 0, length))
                    .toString();
            if (decoded.indexOf('\0') < 0 && decoded.indexOf(UNREADABLE) < 0) {
                return decoded;
            }
        } catch (CharacterCodingException notUtf8) {
            // Said below.
        }
        throw new IllegalArgumentException(
                "a user name or password that is no text; accepted is UTF-8, percent-encoded,"
                        + " without %00, in a URL with http, https, socks5 or socks5h");
    }

    /** So far below zero where it is no digit that no sum with it is one either. */
    private static int hex(byte digit) {
        int value = Character.digit(digit, 16);
        return value < 0 ? -1000 : value;
    }

    /** Whatever may be a secret in it is left out. */
    private static IllegalArgumentException refused(String text) {
        return refused(text, "", "");
    }

    private static IllegalArgumentException refused(String text, String wrong, String more) {
        // Without an @, what stands where a port should be may be the password of a URL whose host was forgotten.
        String shown = text.contains("@")
                ? "…" + text.substring(text.lastIndexOf('@'))
                : text.replaceAll("^((?:[A-Za-z][A-Za-z0-9+.-]*://)?[^/:\\[]*:)(?!/|[0-9]*(?:[/?#]|$))(?s:.*)", "$1…");
        return new IllegalArgumentException("proxy \"" + Excerpt.of(shown) + "\"" + wrong + "; " + ACCEPTED + more);
    }
}
