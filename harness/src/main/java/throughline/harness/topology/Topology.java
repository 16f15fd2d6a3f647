package throughline.harness.topology;

import java.util.List;
import throughline.harness.middlebox.Treatment;

/**
 * The middleboxes between primary and replica, in order from the primary.
 *
 * @param id stable, lower case with hyphens
 * @param title one line for lists
 * @param hops none for a direct path; explicit ones stand at the front, and a primary is told of two at most
 * @param inspectorTrusted whether the primary trusts the authority of an inspector on the way
 * @param routed whether primary, boxes and replica are in networks of their own: the boxes stand on a router, which turns the
 *     primary's connections round to the first; otherwise all are on loopback
 */
public record Topology(String id, String title, List<Hop> hops, boolean inspectorTrusted, boolean routed) {
    public Topology {
        hops = List.copyOf(hops);
        long explicit = hops.stream().filter(Hop::explicit).count();
        if (explicit > 2 || hops.stream().limit(explicit).anyMatch(hop -> !hop.explicit())) {
            throw new IllegalArgumentException("topology " + id
                    + " has an explicit proxy behind another box, or more than two; accepted are two at the front");
        }
        if (routed && explicit > 0) {
            throw new IllegalArgumentException(
                    "topology " + id + " has an explicit proxy on a router; accepted are boxes that nobody is told of");
        }
    }

    /** All on loopback. */
    public Topology(String id, String title, List<Hop> hops, boolean inspectorTrusted) {
        this(id, title, hops, inspectorTrusted, false);
    }

    /** Whether some box ends TLS to the replica. */
    public boolean endsTls() {
        return hops.stream().anyMatch(hop -> hop.treatment() == Treatment.TERMINATED);
    }

    /** Whether every connection of the primary reaches the replica with its TLS. */
    public boolean passesTls() {
        return hops.stream().allMatch(hop -> hop.treatment() == Treatment.PASSED);
    }

    /** Whether the primary is told of the first box by a proxy setting. */
    public boolean explicit() {
        return !hops.isEmpty() && hops.get(0).explicit();
    }

    @Override
    public String toString() {
        return id;
    }
}
