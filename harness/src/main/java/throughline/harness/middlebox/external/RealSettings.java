package throughline.harness.middlebox.external;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import throughline.certs.CertificateAuthority;
import throughline.harness.middlebox.ProxyAccount;
import throughline.identity.Identity;
import throughline.identity.Trust;

/**
 * What the real boxes are told of the laboratory; each takes what its mode needs.
 *
 * @param replica the only name that the box knows
 * @param behind where that name leads: a box that is asked goes to this address and the port asked for, another to this port
 * @param login what a box accepts that wants credentials; without blanks, which some configurations cannot express
 * @param inspector what an inspecting box forges with
 * @param replicaTrust what a box that ends TLS checks the replica against
 * @param shown what a box shows that stands before the replica in its name
 * @param own what a box presents that has an account at the replica
 * @param listen the address to listen on, in digits: tinyproxy takes no name
 * @param prefix what runs the program, such as {@code ip netns exec NAME}; empty for nothing
 * @param within how long the program may take until it listens
 */
public record RealSettings(
        String replica,
        InetSocketAddress behind,
        ProxyAccount login,
        CertificateAuthority inspector,
        Trust replicaTrust,
        Identity shown,
        Identity own,
        String listen,
        List<String> prefix,
        Duration within) {
    /** Python on a busy machine. */
    private static final Duration START = Duration.ofSeconds(30);

    public RealSettings {
        prefix = List.copyOf(prefix);
    }

    /** On loopback, with no prefix. */
    public static RealSettings onLoopback(
            String replica,
            InetSocketAddress behind,
            ProxyAccount login,
            CertificateAuthority inspector,
            Trust replicaTrust,
            Identity shown,
            Identity own) {
        return new RealSettings(
                replica, behind, login, inspector, replicaTrust, shown, own, "127.0.0.1", List.of(), START);
    }

    /** The same program elsewhere, as in a network namespace: there it listens on this address. */
    public RealSettings run(List<String> by, InetAddress address) {
        return new RealSettings(
                replica, behind, login, inspector, replicaTrust, shown, own, address.getHostAddress(), by, within);
    }

    /** The target of a box that is not asked. */
    String target() {
        return address() + ":" + behind.getPort();
    }

    String address() {
        return behind.getAddress().getHostAddress();
    }
}
