package throughline.replica.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import throughline.protocol.RefusalReason;
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

    void reopen() throws IOException {
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

    @Test
    void aSliceThatOutlivesItsStoreTouchesNothingOfTheNext() throws IOException {
        machine.declare(1, 2 << 20);
        // So that the next store goes on in the same file, at the same place.
        machine.apply(1, 1, Slices.slice().data(0, "....more").end());
        byte[] slice = Slices.slice()
                .data(0, 0, new byte[1 << 20])
                .data(1 << 20, "abcd")
                .end();
        ReadableByteChannel body = Slices.body(slice);
        OneMachine before = machine;
        boolean[] half = {false};
        ReadableByteChannel slow = new ReadableByteChannel() {
            private int count;

            @Override
            public int read(ByteBuffer target) throws IOException {
                count += target.remaining();
                if (count > 600_000 && !half[0]) {
                    half[0] = true;
                    reopen();
                    machine.receive(1, 2, 0, Slices.slice().data(0, "next").end());
                }
                return body.read(target);
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };

        OneMachine.assertRefused(
                () -> before.store.receive(before.slice(1, 2, 0), slow), RefusalReason.SHUTTING_DOWN, "closed");

        assertThat(half[0]).isTrue();
        store.commit(
                machine.slice(1, 2, 0).changeSet(),
                OneMachine.commit(List.of(
                        machine.receive(1, 2, 0, Slices.slice().data(0, "next").end()))));
        assertThat(machine.text()).startsWith("nextmore");
    }

    @Test
    void aDamagedFileDoesNotKeepOthersFromBeingMerged() throws IOException {
        machine.declare(1, 12);
        Slices first = Slices.slice().data(0, "abcdefgh");
        machine.apply(1, 1, first.end());
        reopenWithDamage();
        machine.apply(1, 2, Slices.slice().data(0, "ABCDEF").end());

        OneMachine.assertRefused(store::merge, RefusalReason.STORAGE_FAILED, "are damaged");

        machine.apply(1, 3, Slices.slice().data(0, "12345678").end());
        store.merge();
        assertThat(machine.text()).isEqualTo("12345678....");
        assertThat(store.usedSpace()).isEqualTo(8);
    }

    private void reopenWithDamage() throws IOException {
        store.close();
        Path blocks = folder.resolve("a/store/blocks/00000001.blocks");
        byte[] content = Files.readAllBytes(blocks);
        content[7] ^= 1;
        Files.write(blocks, content);
        use(open(StoreLimits.none()));
    }
}
