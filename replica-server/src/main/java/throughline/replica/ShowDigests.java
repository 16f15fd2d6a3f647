package throughline.replica;

import java.io.IOException;
import java.util.Optional;
import throughline.protocol.MediaTypes;
import throughline.protocol.replication.MachineName;
import throughline.protocol.replication.ReplicationPaths.Target;

/** Digests blocks of a disk. */
record ShowDigests(Machines machines, Target.Digests wanted) implements Operation {

    @Override
    public ExchangeKind kind() {
        return ExchangeKind.DIGESTS;
    }

    @Override
    public Optional<MachineName> machine() {
        return Optional.of(wanted.machine());
    }

    @Override
    public boolean isTransfer() {
        return true;
    }

    @Override
    public Answer answer(Exchange exchange) throws IOException {
        return Answer.ok(
                MediaTypes.DIGESTS,
                machines.holding(exchange.primary(), wanted.machine())
                        .digests(
                                wanted.machine(),
                                wanted.disk(),
                                wanted.content(),
                                wanted.key(),
                                wanted.first(),
                                wanted.count()));
    }
}
