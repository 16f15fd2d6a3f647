package throughline.harness.topology;

import java.util.ArrayList;
import java.util.List;
import throughline.harness.middlebox.external.RealBox;
import throughline.harness.topology.Hop.Login;

/** One topology for every product in every mode, and where it wants credentials one with a wrong password. */
final class RealTopologies {
    private static final String PREFIX = "real-";

    private static final List<Topology> ALL = build();

    private RealTopologies() {}

    static List<Topology> all() {
        return ALL;
    }

    private static List<Topology> build() {
        List<Topology> topologies = new ArrayList<>();
        for (RealBox box : RealBox.values()) {
            Login login = box.wantsLogin() ? Login.BASIC : Login.NONE;
            topologies.add(topology(box, "", box.title(), login));
            if (box.wantsLogin()) {
                topologies.add(topology(box, "-wrong", box.title() + "; the password is wrong", Login.BASIC_WRONG));
            }
        }
        return List.copyOf(topologies);
    }

    private static Topology topology(RealBox box, String suffix, String title, Login login) {
        return new Topology(PREFIX + box.id() + suffix, title, List.of(new Hop.Real(box, login)), forges(box));
    }

    /** Whether the primary has to trust an authority of the box's for its sake. */
    private static boolean forges(RealBox box) {
        return switch (box.kind()) {
            case INSPECTOR, TRANSPARENT_INSPECTOR -> true;
            case RELAY, TUNNEL, SOCKS_TUNNEL, LOAD_BALANCER -> false;
        };
    }
}
