package throughline.replica;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import throughline.protocol.MediaTypes;
import throughline.protocol.replication.ChangeSetId;
import throughline.protocol.replication.Commit;
import throughline.replica.store.ReplicaStore;

/** Applies a change set whose slices have arrived. */
record CommitChangeSet(Machines machines, ChangeSetId id) implements Operation {

    @Override
    public ExchangeKind kind() {
        return ExchangeKind.COMMIT;
    }

    @Override
    public Optional<String> mediaType() {
        return Optional.of(MediaTypes.COMMIT);
    }

    @Override
    public Optional<ChangeSetId> changeSet() {
        return Optional.of(id);
    }

    @Override
    public Optional<Path> folder(Admitted primary) {
        return machines.folder(id.machine());
    }

    @Override
    public Answer answer(Exchange exchange) throws IOException {
        ReplicaStore store = machines.holding(exchange.primary(), id.machine());
        return Answer.ok(MediaTypes.RECEIPT, store.commit(id, exchange.body().message(Commit.class)));
    }
}
