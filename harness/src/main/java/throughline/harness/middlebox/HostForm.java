package throughline.harness.middlebox;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;
import throughline.protocol.Excerpt;

/**
 * One spelling for all that name the same host, so that a list cannot be passed by writing a name otherwise: no letter case
 * (RFC 4343), no dot of the root at the end (RFC 1034, 3.1), IPv6 addresses in one form and mapped IPv4 ones as IPv4.
 */
final class HostForm {
    private static final Pattern IPV6 = Pattern.compile("[0-9a-f:.]*:[0-9a-f:.]*");

    private static final Pattern LISTED =
            Pattern.compile("[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*");

    private HostForm() {}

    /**
     * What somebody wrote into a list.
     *
     * @throws IllegalArgumentException when no host could ever be it
     */
    static String listed(String host) {
        if (!LISTED.matcher(host).matches()) {
            throw new IllegalArgumentException(
                    "host \"" + Excerpt.of(host) + "\"; accepted is a host name or an address, without a port");
        }
        return of(host);
    }

    static String of(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        if (IPV6.matcher(name).matches()) {
            return address(name);
        }
        return name.length() > 1 && name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    /** What has a colon is read as an address or not at all: no resolver is asked. */
    private static String address(String text) {
        try {
            return InetAddress.getByName(text).getHostAddress();
        } catch (UnknownHostException noAddress) {
            return text;
        }
    }
}
