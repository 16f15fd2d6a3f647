package throughline.primary.dial;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import throughline.primary.dial.ProxySettings.Hop;
import throughline.protocol.Excerpt;

/** What a PAC script answers: {@code PROXY host:port; SOCKS host:port; DIRECT}, to be tried in this order. */
record PacAnswer(List<Hop> known) {
    private static final int LONGEST = 64 << 10;

    /** Each may take as long as a connection may. What follows is as good as never reached. */
    private static final int MOST = 10;

    private static final Pattern WAY = Pattern.compile("(?<kind>[A-Za-z0-9]+)(?:\\s+(?<address>\\S+))?");

    /** Nothing said means no proxy; what cannot be understood is passed over, as browsers do. */
    ProxySettings ways(String answer) throws PacException {
        if (answer.length() > LONGEST) {
            throw new PacException(
                    "the PAC script answered with more than the " + LONGEST + " characters that are accepted");
        }
        if (answer.isBlank()) {
            return ProxySettings.direct();
        }
        List<ProxySettings> ways = new ArrayList<>();
        for (String part : answer.split(";", -1)) {
            Optional<ProxySettings> way = way(part.strip());
            if (way.isPresent() && !ways.contains(way.get()) && ways.size() < MOST) {
                ways.add(way.get());
            }
        }
        if (ways.isEmpty()) {
            throw new PacException("the PAC script answered \"" + Excerpt.of(answer)
                    + "\"; accepted is DIRECT, PROXY, HTTP, HTTPS, SOCKS or SOCKS5 with host:port");
        }
        return ways.size() == 1 ? ways.get(0) : new ProxySettings.FirstOf(ways);
    }

    private Optional<ProxySettings> way(String part) {
        Matcher way = WAY.matcher(part);
        if (!way.matches()) {
            return Optional.empty();
        }
        String address = way.group("address");
        String kind = way.group("kind").toUpperCase(Locale.ROOT);
        if (address == null) {
            return kind.equals("DIRECT") ? Optional.of(ProxySettings.direct()) : Optional.empty();
        }
        return switch (kind) {
            case "PROXY", "HTTP" -> hop("http://", address, 80);
            case "HTTPS" -> hop("https://", address, 443);
            // Version 4 to some; what still speaks only that is older than what this runs on.
            case "SOCKS", "SOCKS5" -> hop("socks5://", address, 1080);
            default -> Optional.empty();
        };
    }

    private Optional<ProxySettings> hop(String scheme, String address, int defaultPort) {
        String authority = address.matches(".*:[0-9]+") ? address : address + ":" + defaultPort;
        try {
            Hop named = ProxyUrl.parse(scheme + authority).hop();
            return Optional.of(known.stream()
                    .filter(hop -> hop.url().equalsIgnoreCase(named.url()))
                    .findFirst()
                    .orElse(named));
        } catch (IllegalArgumentException noProxy) {
            return Optional.empty();
        }
    }
}
