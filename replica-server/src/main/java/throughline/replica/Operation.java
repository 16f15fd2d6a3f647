package throughline.replica;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import throughline.protocol.replication.ChangeSetId;
import throughline.protocol.replication.MachineName;

/** What one request asks for. */
interface Operation {

    ExchangeKind kind();

    /** The media type that the request must have; absent where it has no body. */
    default Optional<String> mediaType() {
        return Optional.empty();
    }

    default Optional<MachineName> machine() {
        return changeSet().map(ChangeSetId::machine);
    }

    default Optional<ChangeSetId> changeSet() {
        return Optional.empty();
    }

    default OptionalLong slice() {
        return OptionalLong.empty();
    }

    /** Whether it takes as long as its bytes take, and counts among a primary's transfers. */
    default boolean isTransfer() {
        return false;
    }

    /** Whose files it waits for, where it is no transfer; absent where it waits for none. */
    default Optional<Path> folder(Admitted primary) {
        return Optional.empty();
    }

    /** Does it, and says how it went. What is refused changes nothing. */
    Answer answer(Exchange exchange) throws IOException;
}
