package throughline.primary.dial;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Where names lead. The system's resolver, unless a test or a lab has names of its own. */
@FunctionalInterface
public interface NameResolver {

    /** At least one address, preferred ones first. May block; its caller sets a time limit. */
    List<InetAddress> lookup(String host) throws UnknownHostException;

    static NameResolver system() {
        return host -> List.of(InetAddress.getAllByName(host));
    }
}
