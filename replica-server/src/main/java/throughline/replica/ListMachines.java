package throughline.replica;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import throughline.protocol.MediaTypes;
import throughline.protocol.replication.MachineState;

/** Says which machines the primary may continue. One for each request. */
final class ListMachines implements Operation {
    private final Machines machines;
    /** One thread at a time adds to it. */
    private final List<MachineState> found = new ArrayList<>();

    ListMachines(Machines machines) {
        this.machines = machines;
    }

    @Override
    public ExchangeKind kind() {
        return ExchangeKind.LIST;
    }

    @Override
    public List<Path> folders(Admitted primary) {
        return machines.folders(primary);
    }

    @Override
    public void visit(Admitted primary, Path folder) throws IOException {
        found.addAll(machines.states(primary, folder));
    }

    @Override
    public Answer answer(Exchange exchange) throws IOException {
        // Whoever is not admitted is told so here.
        exchange.primary();
        return Answer.ok(MediaTypes.MACHINES, Machines.list(found));
    }
}
