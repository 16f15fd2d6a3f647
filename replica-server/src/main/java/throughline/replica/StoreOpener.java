package throughline.replica;

import java.io.IOException;
import java.nio.file.Path;
import throughline.replica.store.ReplicaStore;
import throughline.replica.store.StoreLimits;

/** Opens the store of a storage folder. */
@FunctionalInterface
public interface StoreOpener {

    /**
     * Called once per folder and start of a replica, which closes it.
     *
     * @param folder as the admission names it, absolute
     */
    ReplicaStore open(Path folder, StoreLimits limits) throws IOException;
}
