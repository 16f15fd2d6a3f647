package throughline.harness.topology;

import throughline.harness.topology.Axis.Certificates;
import throughline.harness.topology.Axis.Http;
import throughline.harness.topology.Axis.Tls;

/** One thing to try: a topology with certificates and versions. */
public record Cell(Topology topology, Certificates certificates, Tls tls, Http http) {

    /** Stable, and the path of the cell's folder in a run: {@code inspector-trusted/good/tls1.3/h2}. */
    public String id() {
        return topology.id() + "/" + certificates.id() + "/tls" + tls.id() + "/" + http.segment();
    }

    @Override
    public String toString() {
        return id();
    }
}
