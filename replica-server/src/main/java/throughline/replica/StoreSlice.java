package throughline.replica;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import throughline.protocol.MediaTypes;
import throughline.protocol.replication.ChangeSetId;
import throughline.protocol.replication.SliceId;

/** Stores a slice while it comes. */
record StoreSlice(Machines machines, SliceId id) implements Operation {

    @Override
    public ExchangeKind kind() {
        return ExchangeKind.SLICE;
    }

    @Override
    public Optional<String> mediaType() {
        return Optional.of(MediaTypes.SLICE);
    }

    @Override
    public Optional<ChangeSetId> changeSet() {
        return Optional.of(id.changeSet());
    }

    @Override
    public OptionalLong slice() {
        return OptionalLong.of(id.number());
    }

    @Override
    public boolean isTransfer() {
        return true;
    }

    @Override
    public Answer answer(Exchange exchange) throws IOException {
        return Answer.ok(
                MediaTypes.SLICE_RECEIPT,
                machines.holding(exchange.primary(), id.changeSet().machine()).receive(id, exchange.body()));
    }
}
