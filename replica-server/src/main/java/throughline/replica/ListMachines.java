package throughline.replica;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import throughline.protocol.MediaTypes;

/** Says which machines the primary may continue. */
record ListMachines(Machines machines) implements Operation {

    @Override
    public ExchangeKind kind() {
        return ExchangeKind.LIST;
    }

    @Override
    public Optional<Path> folder(Admitted primary) {
        return Optional.of(primary.entry().store());
    }

    @Override
    public Answer answer(Exchange exchange) throws IOException {
        return Answer.ok(MediaTypes.MACHINES, machines.list(exchange.primary()));
    }
}
