package throughline.replica;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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

    /** The folder, where there is one at most; absent where it waits for no files. */
    default Optional<Path> folder(Admitted primary) {
        return Optional.empty();
    }

    /**
     * Whose files it waits for, where it is no transfer. A thread of each folder {@link #visit}s it, one after the other, and that
     * of the last one answers: a folder that hangs takes none from the others.
     */
    default List<Path> folders(Admitted primary) {
        return folder(primary).map(List::of).orElse(List.of());
    }

    /** What is to be done with the files of one of several folders. */
    default void visit(Admitted primary, Path folder) throws IOException {}

    /** Does it, and says how it went. What is refused changes nothing. */
    Answer answer(Exchange exchange) throws IOException;
}
