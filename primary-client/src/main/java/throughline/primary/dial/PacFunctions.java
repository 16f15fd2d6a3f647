package throughline.primary.dial;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The functions that a PAC script may call, as Netscape defined them and MDN describes them; and those of Microsoft for both
 * kinds of address. Arguments are texts, whatever the script gave. Names, and only names, are asked for outside.
 */
final class PacFunctions {
    static final List<String> NAMES = List.of(
            "isPlainHostName",
            "dnsDomainIs",
            "localHostOrDomainIs",
            "isResolvable",
            "isInNet",
            "dnsResolve",
            "convert_addr",
            "myIpAddress",
            "dnsDomainLevels",
            "shExpMatch",
            "weekdayRange",
            "dateRange",
            "timeRange",
            "alert",
            "isResolvableEx",
            "isInNetEx",
            "dnsResolveEx",
            "myIpAddressEx");

    /** Of different names; each may take as long as a name may. */
    private static final int MOST_NAMES = 20;

    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern NAME = Pattern.compile("[^\\s/:@]{1,253}");

    private final LimitedResolver resolver;
    private final InstantSource clock;
    private final ZoneId zone;
    private final Supplier<InetAddress> own;
    private final Map<String, List<InetAddress>> resolved = new HashMap<>();

    PacFunctions(LimitedResolver resolver, InstantSource clock, ZoneId zone, Supplier<InetAddress> own) {
        this.resolver = resolver;
        this.clock = clock;
        this.zone = zone;
        this.own = own;
    }

    static PacFunctions ofThisMachine(LimitedResolver resolver) {
        return new PacFunctions(
                resolver, InstantSource.system(), ZoneId.systemDefault(), PacFunctions::addressOfThisMachine);
    }

    /** A text, a number, a truth, or null, which JavaScript has too. What is missing counts as empty. */
    @Nullable
    Object call(String name, List<String> given) {
        String first = given.isEmpty() ? "" : given.get(0);
        String second = given.size() < 2 ? "" : given.get(1);
        String third = given.size() < 3 ? "" : given.get(2);
        return switch (name) {
            case "isPlainHostName" -> !first.contains(".") && !first.contains(":");
            case "dnsDomainIs" -> lower(first).endsWith(lower(second));
            case "localHostOrDomainIs" -> isLocalHostOrDomain(lower(first), lower(second));
            case "isResolvable" -> ipv4(first).isPresent();
            case "isInNet" -> isInNet(first, second, third);
            case "dnsResolve" -> ipv4(first).map(InetAddress::getHostAddress).orElse(null);
            case "convert_addr" -> literal(first).map(PacFunctions::number).orElse(0L);
            case "myIpAddress" -> own.get().getHostAddress();
            case "dnsDomainLevels" -> first.chars().filter(c -> c == '.').count();
            case "shExpMatch" -> matches(first, second);
            case "weekdayRange" -> PacTime.weekdayRange(now(given), given);
            case "dateRange" -> PacTime.dateRange(now(given), given);
            case "timeRange" -> PacTime.timeRange(now(given), given);
            case "isResolvableEx" -> !addresses(first).isEmpty();
            case "isInNetEx" -> isInNetwork(first, second);
            case "dnsResolveEx" ->
                addresses(first).stream().map(InetAddress::getHostAddress).collect(Collectors.joining(";"));
            case "myIpAddressEx" -> own.get().getHostAddress();
            // alert, which shows its text to nobody here.
            default -> null;
        };
    }

    private ZonedDateTime now(List<String> given) {
        boolean gmt = !given.isEmpty() && given.get(given.size() - 1).equals("GMT");
        return clock.instant().atZone(gmt ? ZoneOffset.UTC : zone);
    }

    private static boolean isLocalHostOrDomain(String host, String qualified) {
        return host.equals(qualified) || (!host.contains(".") && qualified.startsWith(host + "."));
    }

    private boolean isInNet(String host, String pattern, String mask) {
        Optional<Long> bits = literal(mask).map(PacFunctions::number);
        Optional<Long> network = literal(pattern).map(PacFunctions::number);
        return bits.isPresent()
                && network.isPresent()
                && ipv4(host)
                        .filter(address -> ((number(address) ^ network.get()) & bits.get()) == 0)
                        .isPresent();
    }

    private boolean isInNetwork(String host, String network) {
        return network.contains("/")
                && addresses(host).stream()
                        .anyMatch(address -> NoProxy.parse(network).covers(address.getHostAddress(), 0));
    }

    /** A star for any characters, a question mark for one. In time of the product of both lengths. */
    private static boolean matches(String text, String expression) {
        int at = 0;
        int next = 0;
        int star = -1;
        int mark = 0;
        while (at < text.length()) {
            if (next < expression.length()
                    && expression.charAt(next) != '*'
                    && (expression.charAt(next) == '?' || expression.charAt(next) == text.charAt(at))) {
                at++;
                next++;
            } else if (next < expression.length() && expression.charAt(next) == '*') {
                star = next++;
                mark = at;
            } else if (star >= 0) {
                next = star + 1;
                at = ++mark;
            } else {
                return false;
            }
        }
        return expression.substring(next).chars().allMatch(c -> c == '*');
    }

    private Optional<InetAddress> ipv4(String host) {
        return addresses(host).stream().filter(Inet4Address.class::isInstance).findFirst();
    }

    private List<InetAddress> addresses(String host) {
        Optional<InetAddress> literal = literal(host);
        if (literal.isPresent()) {
            return List.of(literal.get());
        }
        if (!NAME.matcher(host).matches() || (resolved.size() >= MOST_NAMES && !resolved.containsKey(host))) {
            return List.of();
        }
        return resolved.computeIfAbsent(host, this::lookedUp);
    }

    private List<InetAddress> lookedUp(String host) {
        try {
            return new ArrayList<>(resolver.lookup(host));
        } catch (NameUnresolvedException e) {
            return List.of();
        }
    }

    /** An IPv4 address in four numbers. */
    private static Optional<InetAddress> literal(String text) {
        if (!IPV4.matcher(text).matches()) {
            return Optional.empty();
        }
        byte[] bytes = new byte[4];
        String[] parts = text.split("\\.", -1);
        for (int i = 0; i < bytes.length; i++) {
            int value = Integer.parseInt(parts[i]);
            if (value > 255) {
                return Optional.empty();
            }
            bytes[i] = (byte) value;
        }
        try {
            return Optional.of(InetAddress.getByAddress(bytes));
        } catch (IOException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    private static long number(InetAddress ipv4) {
        long number = 0;
        for (byte part : ipv4.getAddress()) {
            number = number << 8 | (part & 0xff);
        }
        return number;
    }

    /** The one that packets to the outside would bear; none is sent: 192.0.2.1 is nobody's (RFC 5737). */
    private static InetAddress addressOfThisMachine() {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1}), 9));
            InetAddress address = socket.getLocalAddress();
            return address instanceof Inet4Address && !address.isAnyLocalAddress()
                    ? address
                    : InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        } catch (IOException | RuntimeException noRoute) {
            return loopback();
        }
    }

    private static InetAddress loopback() {
        return literal("127.0.0.1").orElseThrow();
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
