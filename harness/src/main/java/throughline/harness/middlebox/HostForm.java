package throughline.harness.middlebox;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One spelling for all that name the same host, so that a list cannot be passed by writing a name otherwise: no letter case
 * (RFC 4343), no dot of the root at the end (RFC 1034, 3.1), IPv6 addresses in one form and mapped IPv4 ones as IPv4.
 */
final class HostForm {
    private static final Pattern IPV6 = Pattern.compile("[0-9a-f:.]*:[0-9a-f:.]*");

    private HostForm() {}

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
