package throughline.harness.middlebox;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Where a name leads from a box's point of view: the laboratory's stand-in for DNS and routing. */
@FunctionalInterface
public interface Routes {
    /**
     * The address to connect to; absent when the name leads nowhere.
     *
     * @param host as the client wrote it, letter case included
     * @param port from CONNECT, or the port that the client dialled
     */
    Optional<InetSocketAddress> lookup(String host, int port);

    /** Wherever this machine's resolver leads. */
    static Routes resolved() {
        return (host, port) -> Optional.of(new InetSocketAddress(host, port)).filter(found -> !found.isUnresolved());
    }

    /** One host, whatever the port. */
    static Routes to(String host, InetSocketAddress address) {
        return of(Map.of(host, address));
    }

    /** By host name, whatever the port; a name is the same in any letter case and with a dot at its end. */
    static Routes of(Map<String, InetSocketAddress> addresses) {
        Map<String, InetSocketAddress> byName = addresses.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(entry -> HostForm.of(entry.getKey()), Map.Entry::getValue));
        return (host, port) -> Optional.ofNullable(byName.get(HostForm.of(host)));
    }
}
