package throughline.replica.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import throughline.protocol.DiskName;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;
import throughline.protocol.replication.ChangeSetId;
import throughline.protocol.replication.Commit;
import throughline.protocol.replication.DeclaredDisk;
import throughline.protocol.replication.MachineDeclaration;
import throughline.protocol.replication.MachineName;
import throughline.protocol.replication.MachineState;
import throughline.protocol.replication.Receipt;
import throughline.protocol.replication.SliceChain;
import throughline.protocol.replication.SliceId;
import throughline.protocol.replication.SliceReceipt;

/** A machine in a store, spoken to in the terms of tests. */
final class OneMachine {
    static final MachineOwner OWNER = new MachineOwner(new PrimaryName("primary.test"), "group");
    static final MachineName NAME = new MachineName("vm-1");

    final ReplicaStore store;
    final MachineName name;

    OneMachine(ReplicaStore store) {
        this(store, NAME);
    }

    OneMachine(ReplicaStore store, MachineName name) {
        this.store = store;
        this.name = name;
    }

    static DiskName disk(int place) {
        return new DiskName("disk-" + place);
    }

    static MachineDeclaration declaration(long epoch, long... sizes) {
        return new MachineDeclaration(
                epoch,
                IntStream.range(0, sizes.length)
                        .mapToObj(i -> new DeclaredDisk(disk(i), sizes[i]))
                        .toList());
    }

    MachineState declare(long epoch, long... sizes) throws RefusedException {
        return store.declare(OWNER, name, declaration(epoch, sizes));
    }

    SliceReceipt receive(long epoch, long sequence, long number, byte[] slice) throws IOException {
        return store.receive(slice(epoch, sequence, number), Slices.body(slice));
    }

    SliceId slice(long epoch, long sequence, long number) {
        return new SliceId(new ChangeSetId(name, epoch, sequence), number);
    }

    Receipt commit(long epoch, long sequence, List<SliceReceipt> slices) throws RefusedException {
        return store.commit(new ChangeSetId(name, epoch, sequence), commit(slices));
    }

    static Commit commit(List<SliceReceipt> slices) {
        String chain = SliceChain.EMPTY;
        for (SliceReceipt slice : slices) {
            chain = SliceChain.next(chain, slice.digest());
        }
        return new Commit(slices.size(), chain);
    }

    /** A whole change set. */
    Receipt apply(long epoch, long sequence, byte[]... slices) throws IOException {
        SliceReceipt[] receipts = new SliceReceipt[slices.length];
        for (int i = 0; i < slices.length; i++) {
            receipts[i] = receive(epoch, sequence, i, slices[i]);
        }
        return commit(epoch, sequence, List.of(receipts));
    }

    byte[] bytes(int disk) throws IOException {
        try (InputStream in = store.content(name, disk(disk), 0)) {
            return in.readAllBytes();
        }
    }

    /** What the first disk holds, zeros as dots. */
    String text() throws IOException {
        return new String(bytes(0), StandardCharsets.US_ASCII).replace('\0', '.');
    }

    static void assertRefused(ThrowingCallable request, RefusalReason reason, String said) {
        assertThatThrownBy(request)
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> org.assertj.core.api.Assertions.assertThat(e.reason())
                                .as(e.getMessage())
                                .isEqualTo(reason))
                .hasMessageContaining(said);
    }
}
