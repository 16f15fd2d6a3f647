package throughline.replica.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import throughline.protocol.replication.MachineState;
import throughline.protocol.replication.SliceReceipt;

class OnDiskStoreTest extends StoreContract {
    private static final byte[] SLICE = Slices.slice().data(4, "abcd").end();

    @TempDir
    Path folder;

    @Override
    ReplicaStore open(StoreLimits limits) throws IOException {
        return ReplicaStore.onDisk(folder.resolve("a/store"), limits);
    }

    private void reopen() throws IOException {
        store.close();
        use(open(StoreLimits.none()));
    }

    @Test
    void everythingIsThereAfterARestart() throws IOException {
        machine.declare(1, 12);
        machine.apply(1, 1, SLICE);
        SliceReceipt pending =
                machine.receive(1, 2, 0, Slices.slice().data(0, "x").end());
        machine.receive(1, 2, 2, Slices.slice().data(2, "z").end());
        MachineState state = store.state(OneMachine.NAME);

        reopen();

        assertThat(store.state(OneMachine.NAME)).isEqualTo(state);
        assertThat(machine.text()).isEqualTo("....abcd....");
        SliceReceipt between =
                machine.receive(1, 2, 1, Slices.slice().data(1, "y").end());
        SliceReceipt last = machine.receive(1, 2, 2, Slices.slice().data(2, "z").end());
        machine.commit(1, 2, List.of(pending, between, last));
        assertThat(machine.text()).isEqualTo("xyz.abcd....");
    }
}
