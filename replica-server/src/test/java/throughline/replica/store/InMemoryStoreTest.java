package throughline.replica.store;

import java.io.IOException;

class InMemoryStoreTest extends StoreContract {
    @Override
    ReplicaStore open(StoreLimits limits) throws IOException {
        return ReplicaStore.inMemory(limits);
    }
}
