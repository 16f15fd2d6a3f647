package throughline.harness.topology;

import java.util.Arrays;
import java.util.Optional;

/** Topologies that are chosen together. */
public enum TopologyGroup {
    /** Boxes in this process: everywhere, and fast. */
    IMITATED("imitated", "boxes imitated in process, each with one behaviour"),

    /** The same boxes, set up as products behave. */
    PERSONAS("personas", "boxes imitated in process, set up as products behave"),

    /** Products that are installed here; a cell whose program is missing is skipped. */
    REAL("real", "products that are installed here, as processes of their own"),

    /** Three network namespaces of the run's own; skipped where the machine does not allow it. */
    NAMESPACES("namespaces", "boxes on a router that the primary knows nothing of, in network namespaces");

    private final String id;
    private final String title;

    TopologyGroup(String id, String title) {
        this.id = id;
        this.title = title;
    }

    static Optional<TopologyGroup> find(String id) {
        return Arrays.stream(values()).filter(group -> group.id.equals(id)).findFirst();
    }

    /** Stable, lower case; never the id of a topology. */
    public String id() {
        return id;
    }

    /** One line for lists. */
    public String title() {
        return title;
    }
}
