package throughline.primary.dial;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which hosts are reached without the proxy, as curl reads {@code NO_PROXY}: names with everything below them, addresses
 * and networks, separated by commas or blanks; {@code *} alone is everything. Nothing is looked up.
 *
 * <p>Other than curl, which never matches them: an entry may end in a port, and is then for that port only; and an IPv6
 * address may stand in brackets.
 */
final class NoProxy {
    private static final Pattern SEPARATOR = Pattern.compile("[ \t,]+");
    private static final Pattern WITH_PORT = Pattern.compile("(\\[[^\\]]*]|[^:\\[\\]]*):([0-9]{1,5})");
    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    private static final int MOST_ENTRIES = 10_000;

    private final boolean everything;
    private final List<Entry> entries = new ArrayList<>();

    private record Entry(String pattern, Optional<Integer> port) {}

    private NoProxy(String list) {
        everything = list.equals("*");
        for (String entry : SEPARATOR.split(list, MOST_ENTRIES)) {
            if (!entry.isEmpty()) {
                Matcher withPort = WITH_PORT.matcher(entry);
                entries.add(
                        withPort.matches()
                                ? new Entry(bare(withPort.group(1)), Optional.of(Integer.parseInt(withPort.group(2))))
                                : new Entry(bare(entry), Optional.empty()));
            }
        }
    }

    static NoProxy parse(String list) {
        return new NoProxy(list);
    }

    /** Whether this host is reached directly. An IPv6 address stands without brackets. */
    boolean covers(String host, int port) {
        if (everything) {
            return true;
        }
        Optional<byte[]> address = address(host);
        return entries.stream()
                .filter(entry -> entry.port().isEmpty() || entry.port().get() == port)
                .anyMatch(entry -> address.map(bytes -> inNetwork(bytes, entry.pattern()))
                        .orElseGet(() -> isBelow(host, entry.pattern())));
    }

    private static boolean isBelow(String host, String domain) {
        String name = withoutLastDot(host).toLowerCase(Locale.ROOT);
        String pattern = withoutLastDot(domain).toLowerCase(Locale.ROOT);
        String suffix = pattern.startsWith(".") ? pattern.substring(1) : pattern;
        return name.equals(suffix) || (name.endsWith("." + suffix) && !suffix.isEmpty());
    }

    /** An entry of zero bits is compared whole, as curl has it: 0.0.0.0/0 is not everything. */
    private static boolean inNetwork(byte[] host, String pattern) {
        int slash = pattern.indexOf('/');
        Optional<byte[]> network = address(slash < 0 ? pattern : pattern.substring(0, slash));
        if (network.isEmpty() || network.get().length != host.length) {
            return false;
        }
        int bits = slash < 0 ? 0 : leadingNumber(pattern.substring(slash + 1));
        int whole = host.length * 8;
        return bits >= 0 && bits <= whole && sameBits(host, network.get(), bits == 0 ? whole : bits);
    }

    private static boolean sameBits(byte[] one, byte[] other, int bits) {
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit % 8);
            if ((one[bit / 8] & mask) != (other[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }

    /** As C's atoi: what follows the digits is passed over, and nothing is zero. */
    private static int leadingNumber(String text) {
        Matcher digits = Pattern.compile("[+-]?[0-9]{1,9}").matcher(text);
        return digits.lookingAt() ? Integer.parseInt(digits.group()) : 0;
    }

    /** The bytes of an address; empty for a name. */
    private static Optional<byte[]> address(String text) {
        if (!IPV6.matcher(text).matches() && !isIpv4(text)) {
            return Optional.empty();
        }
        try {
            byte[] bytes = InetAddress.getByName(text).getAddress();
            return Optional.of(text.contains(":") && bytes.length == 4 ? mapped(bytes) : bytes);
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /** Java takes an address of RFC 4291 section 2.5.5.2 for the IPv4 one in it. */
    private static byte[] mapped(byte[] ipv4) {
        byte[] ipv6 = new byte[16];
        ipv6[10] = (byte) 0xff;
        ipv6[11] = (byte) 0xff;
        System.arraycopy(ipv4, 0, ipv6, 12, 4);
        return ipv6;
    }

    private static boolean isIpv4(String text) {
        if (!IPV4.matcher(text).matches()) {
            return false;
        }
        for (String part : text.split("\\.", -1)) {
            // A leading zero means octal to some and nothing to others: inet_pton takes none.
            if (Integer.parseInt(part) > 255 || (part.length() > 1 && part.startsWith("0"))) {
                return false;
            }
        }
        return true;
    }

    private static String bare(String entry) {
        int end = entry.indexOf(']');
        return entry.startsWith("[") && end > 0 ? entry.substring(1, end) + entry.substring(end + 1) : entry;
    }

    private static String withoutLastDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
