package throughline.replica;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import throughline.protocol.MediaTypes;
import throughline.protocol.replication.MachineDeclaration;
import throughline.protocol.replication.MachineName;

/** Creates a machine, or takes it up. */
record DeclareMachine(Machines machines, MachineName name) implements Operation {

    @Override
    public ExchangeKind kind() {
        return ExchangeKind.DECLARE;
    }

    @Override
    public Optional<String> mediaType() {
        return Optional.of(MediaTypes.MACHINE);
    }

    @Override
    public Optional<MachineName> machine() {
        return Optional.of(name);
    }

    @Override
    public Optional<Path> folder(Admitted primary) {
        return Optional.of(machines.folder(name).orElse(primary.entry().store()));
    }

    @Override
    public Answer answer(Exchange exchange) throws IOException {
        Admitted primary = exchange.primary();
        MachineDeclaration declaration = exchange.body().message(MachineDeclaration.class);
        return Answer.ok(MediaTypes.MACHINE, machines.declare(primary, name, declaration));
    }
}
