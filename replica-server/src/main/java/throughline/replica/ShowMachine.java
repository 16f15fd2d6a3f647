package throughline.replica;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import throughline.protocol.MediaTypes;
import throughline.protocol.replication.MachineName;

/** Says what is held of a machine. */
record ShowMachine(Machines machines, MachineName name) implements Operation {

    @Override
    public ExchangeKind kind() {
        return ExchangeKind.STATE;
    }

    @Override
    public Optional<MachineName> machine() {
        return Optional.of(name);
    }

    @Override
    public Optional<Path> folder(Admitted primary) {
        return machines.folder(name);
    }

    @Override
    public Answer answer(Exchange exchange) throws IOException {
        return Answer.ok(
                MediaTypes.MACHINE, machines.holding(exchange.primary(), name).state(name));
    }
}
