package throughline.harness.topology;

import java.util.List;

/**
 * The middleboxes between primary and replica, in order from the primary.
 *
 * @param id stable, lower case with hyphens
 * @param title one line for lists
 * @param hops none for a direct path; only the first may be explicit, since no box here asks another for a tunnel
 * @param inspectorTrusted whether the primary trusts the authority of an inspector on the way
 */
public record Topology(String id, String title, List<Hop> hops, boolean inspectorTrusted) {
    public Topology {
        hops = List.copyOf(hops);
        if (hops.stream().skip(1).anyMatch(Hop::explicit)) {
            throw new IllegalArgumentException(
                    "topology " + id + " has an explicit proxy behind another box;" + " accepted is one at the front");
        }
    }

    /** Whether some box ends TLS to the replica. */
    public boolean endsTls() {
        return hops.stream().anyMatch(hop -> hop instanceof Hop.Inspector inspector && !inspector.replicaExempt());
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
