package throughline.harness.topology;

import java.util.List;
import throughline.harness.topology.Axis.Certificates;
import throughline.harness.topology.Axis.Http;
import throughline.harness.topology.Axis.Tls;

/** Which cells to run: the product of the chosen values of every axis. */
public record MatrixPlan(List<Topology> topologies, List<Certificates> certificates, List<Tls> tls, List<Http> http) {

    /** The cells in the order of the table: by topology, certificates, TLS version, HTTP version. */
    public List<Cell> expand() {
        return topologies.stream()
                .flatMap(topology -> certificates.stream()
                        .flatMap(certificate -> tls.stream()
                                .flatMap(version -> http.stream()
                                        .map(protocol -> new Cell(topology, certificate, version, protocol)))))
                .toList();
    }

    /**
     * The cell that must pass before any other means something: nothing in between, good certificates. If it fails, the
     * harness or the machine is at fault.
     */
    public Cell sanity() {
        return new Cell(Topologies.DIRECT, Certificates.GOOD, tls.get(0), http.get(0));
    }
}
