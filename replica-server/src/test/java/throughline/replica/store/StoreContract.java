package throughline.replica.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;
import throughline.protocol.replication.Commit;
import throughline.protocol.replication.DigestKey;
import throughline.protocol.replication.MachineName;
import throughline.protocol.replication.MachineState;
import throughline.protocol.replication.PendingSlices;
import throughline.protocol.replication.Receipt;
import throughline.protocol.replication.ReplicationPaths.Content;
import throughline.protocol.replication.SliceChain;
import throughline.protocol.replication.SliceReceipt;
import throughline.replica.PlainDigest;

/** What every store does, wherever it keeps what it is given. */
abstract class StoreContract {
    private static final DigestKey KEY = new DigestKey(PlainDigest.KEY);

    private static final byte[] FIRST = Slices.slice().data(4, "abcd").end();
    private static final byte[] SECOND = Slices.slice().data(6, "XYZ").end();
    private static final byte[] THIRD = Slices.slice().zeros(0, 5, 3).end();

    ReplicaStore store;
    OneMachine machine;

    abstract ReplicaStore open(StoreLimits limits) throws IOException;

    @BeforeEach
    void open() throws IOException {
        store = open(new StoreLimits(1L << 40, 4, 8 << 20, 1 << 20));
        machine = new OneMachine(store);
    }

    void use(ReplicaStore opened) {
        store = opened;
        machine = new OneMachine(opened);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aDeclaredMachineHoldsZeros() throws IOException {
        MachineState state = machine.declare(1, 16, 5);

        assertThat(state.nextSequence()).isEqualTo(1);
        assertThat(state.pending()).isEqualTo(PendingSlices.none());
        assertThat(state.last()).isEmpty();
        assertThat(machine.bytes(0)).isEqualTo(new byte[16]);
        assertThat(machine.bytes(1)).isEqualTo(new byte[5]);
        assertThat(store.state(OneMachine.NAME)).isEqualTo(state);
        assertThat(store.owner(OneMachine.NAME)).contains(OneMachine.OWNER);
        assertThat(store.owner(new MachineName("other"))).isEmpty();
    }

    @Test
    void machinesAreListedByName() throws IOException {
        for (String name : List.of("b", "a", "c")) {
            new OneMachine(store, new MachineName(name)).declare(1, 1);
        }

        assertThat(store.machines()).extracting(MachineName::value).containsExactly("a", "b", "c");
    }

    @Test
    void whoDeclaredAMachineFirstStaysItsOwner() throws IOException {
        machine.declare(1, 16);
        store.declare(
                new MachineOwner(new PrimaryName("other.test"), "group"),
                OneMachine.NAME,
                OneMachine.declaration(2, 16));

        assertThat(store.owner(OneMachine.NAME)).contains(OneMachine.OWNER);
    }

    @Test
    void whoSharesNothingWithItsOwnerDoesNotTakeAMachineUp() throws IOException {
        machine.declare(1, 16);

        OneMachine.assertRefused(
                () -> store.declare(
                        new MachineOwner(new PrimaryName("other.test"), "others"),
                        OneMachine.NAME,
                        OneMachine.declaration(2, 16)),
                RefusalReason.NOT_AUTHORISED,
                "other.test is not of its trust group");
        assertThat(store.state(OneMachine.NAME).epoch()).isEqualTo(1);
    }

    @Test
    void slicesAreSeenWhenTheirChangeSetIsCommitted() throws IOException {
        machine.declare(1, 12);
        SliceReceipt first = machine.receive(1, 1, 0, FIRST);
        SliceReceipt second = machine.receive(1, 1, 1, SECOND);
        assertThat(machine.text()).isEqualTo("............");

        Receipt receipt = machine.commit(1, 1, List.of(first, second));

        assertThat(machine.text()).isEqualTo("....abXYZ...");
        assertThat(receipt).isEqualTo(new Receipt(OneMachine.NAME, 1, 1, receipt.digest(), 2, 2, 7));
        assertThat(store.state(OneMachine.NAME).last()).contains(receipt);
        assertThat(store.state(OneMachine.NAME).nextSequence()).isEqualTo(2);
    }

    @Test
    void theHigherNumberCountsInWhateverOrderSlicesArrive() throws IOException {
        machine.declare(1, 12);
        SliceReceipt third = machine.receive(1, 1, 2, THIRD);
        SliceReceipt second = machine.receive(1, 1, 1, SECOND);
        assertThat(store.state(OneMachine.NAME).pending()).isEqualTo(PendingSlices.none());
        SliceReceipt first = machine.receive(1, 1, 0, FIRST);
        Commit all = OneMachine.commit(List.of(first, second, third));
        assertThat(store.state(OneMachine.NAME).pending()).isEqualTo(new PendingSlices(3, all.digest()));

        machine.commit(1, 1, List.of(first, second, third));

        assertThat(machine.text()).isEqualTo("....a...Z...");
    }

    @Test
    void zerosCoverWhatWasCommitted() throws IOException {
        machine.declare(1, 12);
        machine.apply(1, 1, Slices.slice().data(0, "abcdefghijkl").end());
        machine.apply(1, 2, Slices.slice().zeros(0, 3, 4).end());

        assertThat(machine.text()).isEqualTo("abc....hijkl");
    }

    @Test
    void aChangeSetChangesSeveralDisks() throws IOException {
        machine.declare(1, 4, 4);
        machine.apply(
                1,
                1,
                Slices.slice()
                        .data(0, 0, new byte[] {1})
                        .data(1, 3, new byte[] {2})
                        .end());

        assertThat(machine.bytes(0)).isEqualTo(new byte[] {1, 0, 0, 0});
        assertThat(machine.bytes(1)).isEqualTo(new byte[] {0, 0, 0, 2});
    }

    @Test
    void anEmptyChangeSetIsOne() throws IOException {
        machine.declare(1, 4);

        assertThat(store.commit(machine.slice(1, 1, 0).changeSet(), new Commit(0, SliceChain.EMPTY))
                        .slices())
                .isZero();
        assertThat(store.state(OneMachine.NAME).nextSequence()).isEqualTo(2);
    }

    @Test
    void contentIsReadFromAnOffsetToTheEnd() throws IOException {
        machine.declare(1, 12);
        machine.apply(1, 1, FIRST);

        try (InputStream in = store.content(OneMachine.NAME, OneMachine.disk(0), 5)) {
            assertThat(in.readAllBytes()).isEqualTo("bcd\0\0\0\0".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        }
    }

    @Test
    void contentIsThatOfTheMomentItWasAskedFor() throws IOException {
        machine.declare(1, 12);
        machine.apply(1, 1, FIRST);
        try (InputStream before = store.content(OneMachine.NAME, OneMachine.disk(0), 0)) {
            machine.apply(1, 2, SECOND);
            store.merge();
            machine.apply(1, 3, THIRD);

            assertThat(new String(before.readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII))
                    .isEqualTo("\0\0\0\0abcd\0\0\0\0");
        }
    }

    /** A picture of random writes, large and small, in and out of order, over several change sets and merges. */
    @ParameterizedTest
    @MethodSource("seeds")
    void whatIsReadIsWhatWasWritten(int seed) throws Exception {
        Random random = new Random(seed);
        int size = 300_000 + random.nextInt(1000);
        byte[] model = new byte[size];
        machine.declare(1, size);
        for (int sequence = 1; sequence <= 6; sequence++) {
            byte[] before = model.clone();
            SliceReceipt[] receipts = new SliceReceipt[3];
            byte[][] slices = new byte[3][];
            for (int i = 0; i < 3; i++) {
                slices[i] = randomSlice(random, model);
            }
            for (int i : random.nextBoolean() ? new int[] {0, 1, 2} : new int[] {2, 1, 0}) {
                receipts[i] = machine.receive(1, sequence, i, slices[i]);
            }
            assertThat(digests(Content.COMMITTED)).isEqualTo(expected(before));
            assertThat(digests(Content.PENDING)).isEqualTo(expected(model));
            machine.commit(1, sequence, List.of(receipts));
            assertThat(machine.bytes(0)).isEqualTo(model);
            if (sequence % 2 == 0) {
                store.merge();
                assertThat(machine.bytes(0)).isEqualTo(model);
            }
        }
        assertThat(store.usedSpace()).isLessThan(2L * size);
    }

    static List<Integer> seeds() {
        return List.of(1, 2, 3, 4, 5, 6);
    }

    private static byte[] randomSlice(Random random, byte[] model) {
        Slices slice = Slices.slice();
        for (int i = random.nextInt(12); i >= 0; i--) {
            int length = 1 + random.nextInt(random.nextInt(4) == 0 ? 100_000 : 3000);
            int offset = random.nextInt(model.length - length);
            byte[] data = new byte[length];
            if (random.nextInt(3) == 0) {
                slice.zeros(0, offset, length);
            } else {
                random.nextBytes(data);
                slice.data(0, offset, data);
            }
            System.arraycopy(data, 0, model, offset, length);
        }
        return slice.end();
    }

    private byte[] digests(Content content) throws IOException {
        return store.digests(OneMachine.NAME, OneMachine.disk(0), content, KEY, 0, 100);
    }

    private static byte[] expected(byte[] content) throws Exception {
        byte[] digests = new byte[0];
        for (int at = 0; at < content.length; at += 65_536) {
            byte[] block = Arrays.copyOfRange(content, at, Math.min(content.length, at + 65_536));
            byte[] digest = PlainDigest.of(block);
            int length = digests.length;
            digests = Arrays.copyOf(digests, length + 16);
            System.arraycopy(digest, 0, digests, length, 16);
        }
        return digests;
    }

    @Test
    void digestsEndWithTheDisk() throws IOException {
        machine.declare(1, 65_536 * 3 + 1);

        assertThat(store.digests(OneMachine.NAME, OneMachine.disk(0), Content.COMMITTED, KEY, 2, 9))
                .hasSize(32);
        OneMachine.assertRefused(
                () -> store.digests(OneMachine.NAME, OneMachine.disk(0), Content.COMMITTED, KEY, 4, 1),
                RefusalReason.OUTSIDE_DISK,
                "1 blocks from 4 on; disk disk-0 has 4");
    }

    @Test
    void aRepeatedSliceGetsItsOldReceiptAlsoAfterTheCommit() throws IOException {
        machine.declare(1, 12);
        SliceReceipt first = machine.receive(1, 1, 0, FIRST);
        assertThat(machine.receive(1, 1, 0, FIRST)).isEqualTo(first);
        machine.commit(1, 1, List.of(first));

        assertThat(machine.receive(1, 1, 0, FIRST)).isEqualTo(first);
        assertThat(store.usedSpace()).isEqualTo(4);
    }

    @Test
    void aRepeatedCommitGetsItsOldReceipt() throws IOException {
        machine.declare(1, 12);
        Receipt receipt = machine.apply(1, 1, FIRST, SECOND);

        assertThat(store.commit(machine.slice(1, 1, 0).changeSet(), new Commit(2, receipt.digest())))
                .isEqualTo(receipt);
        OneMachine.assertRefused(
                () -> store.commit(machine.slice(1, 1, 0).changeSet(), new Commit(1, receipt.digest())),
                RefusalReason.SEQUENCE_CONFLICT,
                "applied was");
    }

    @Test
    void aHigherEpochTakesOverWhatIsPendingWithoutAGap() throws IOException {
        machine.declare(1, 12);
        machine.apply(1, 1, FIRST);
        SliceReceipt second = machine.receive(1, 2, 0, SECOND);
        machine.receive(1, 2, 2, FIRST);

        MachineState state = machine.declare(7, 12);

        assertThat(state.nextSequence()).isEqualTo(1);
        assertThat(state.pending())
                .isEqualTo(
                        new PendingSlices(1, OneMachine.commit(List.of(second)).digest()));
        assertThat(state.last()).map(Receipt::sequence).isEqualTo(Optional.of(1L));
        SliceReceipt third = machine.receive(7, 1, 1, THIRD);
        machine.commit(7, 1, List.of(second, third));
        assertThat(machine.text()).isEqualTo("....a...Z...");
    }

    @Test
    void theSameEpochDropsWhatIsBehindAGap() throws IOException {
        machine.declare(1, 12);
        machine.receive(1, 1, 1, FIRST);
        machine.declare(1, 12);

        assertThat(machine.receive(1, 1, 1, SECOND).bytes()).isEqualTo(3);
    }

    /** Each stands after: declared with 12 bytes at epoch 2, change sets 2/1 and 2/2 applied, slice 0 of 2/3 received. */
    static List<Arguments> refusals() {
        byte[] flipped = SECOND.clone();
        flipped[8 + 20] ^= 1;
        return List.of(
                refusal("a number that is taken", 2, 3, 0, FIRST, RefusalReason.SEQUENCE_CONFLICT, "has digest"),
                refusal(
                        "an applied slice, other content",
                        2,
                        2,
                        0,
                        FIRST,
                        RefusalReason.SEQUENCE_CONFLICT,
                        "has digest"),
                refusal(
                        "not of an applied one",
                        2,
                        2,
                        5,
                        FIRST,
                        RefusalReason.SEQUENCE_CONFLICT,
                        "without such a slice"),
                refusal("of an earlier one", 2, 1, 0, FIRST, RefusalReason.SEQUENCE_CONFLICT, "only the last one, 2"),
                refusal("a change set too far", 2, 4, 0, FIRST, RefusalReason.OUT_OF_ORDER, "the next is 3"),
                refusal("a slice much too far", 2, 3, 65_537, FIRST, RefusalReason.OUT_OF_ORDER, "slice 1 is missing"),
                refusal("an undeclared epoch", 3, 1, 0, FIRST, RefusalReason.OUT_OF_ORDER, "current one is 2"),
                refusal("an older epoch", 1, 1, 0, FIRST, RefusalReason.FENCED, "at epoch 2; epoch 1 may not"),
                refusal(
                        "behind the end",
                        2,
                        3,
                        1,
                        Slices.slice().data(12, "a").end(),
                        RefusalReason.OUTSIDE_DISK,
                        "has 12"),
                refusal(
                        "across the end",
                        2,
                        3,
                        1,
                        Slices.slice().zeros(0, 11, 2).end(),
                        RefusalReason.OUTSIDE_DISK,
                        "2 bytes at"),
                refusal(
                        "far behind the end",
                        2,
                        3,
                        1,
                        Slices.slice().zeros(0, Long.MAX_VALUE - 5, 5).end(),
                        RefusalReason.OUTSIDE_DISK,
                        "5 bytes at"),
                refusal(
                        "no such disk",
                        2,
                        3,
                        1,
                        Slices.slice().zeros(1, 0, 1).end(),
                        RefusalReason.UNKNOWN_DISK,
                        "number 1"),
                refusal("cut", 2, 3, 1, Arrays.copyOf(FIRST, 30), RefusalReason.TRUNCATED, "ended after"),
                refusal("a flipped byte", 2, 3, 1, flipped, RefusalReason.CHECKSUM_MISMATCH, "CRC32C"),
                refusal(
                        "too large",
                        2,
                        3,
                        1,
                        Slices.slice()
                                .data(0, 0, new byte[12])
                                .data(0, 0, new byte[1 << 20])
                                .end(),
                        RefusalReason.OUTSIDE_DISK,
                        "1048576 bytes at offset 0"));
    }

    private static Arguments refusal(
            String what, long epoch, long sequence, long slice, byte[] bytes, RefusalReason reason, String said) {
        return Arguments.of(what, epoch, sequence, slice, bytes, reason, said);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void aRefusedSliceChangesNothing(
            String what, long epoch, long sequence, long slice, byte[] bytes, RefusalReason reason, String said)
            throws IOException {
        machine.declare(2, 12);
        machine.apply(2, 1, FIRST);
        machine.apply(2, 2, SECOND);
        machine.receive(2, 3, 0, THIRD);
        MachineState state = store.state(OneMachine.NAME);

        OneMachine.assertRefused(() -> machine.receive(epoch, sequence, slice, bytes), reason, said);

        assertThat(store.state(OneMachine.NAME)).isEqualTo(state);
        assertThat(machine.text()).isEqualTo("....abXYZ...");
        assertThat(store.usedSpace()).isEqualTo(7);
    }

    @Test
    void aSliceLargerThanTakenIsRefused() throws IOException {
        machine.declare(1, 4 << 20);
        byte[] data = new byte[1 << 20];
        byte[] slice = Slices.slice().data(0, 0, data).data(0, 0, new byte[1]).end();

        OneMachine.assertRefused(
                () -> machine.receive(1, 1, 0, slice), RefusalReason.SLICE_TOO_LARGE, "more than 1048576 bytes");
        assertThat(store.usedSpace()).isZero();
    }

    @Test
    void aFullStoreTakesMoreWhenSomethingHasDied() throws IOException {
        machine.declare(1, 1 << 20);
        byte[] slice = Slices.slice().data(0, 0, new byte[1 << 20]).end();
        for (int sequence = 1; sequence <= 7; sequence++) {
            machine.apply(1, sequence, slice);
        }
        try {
            // The log counts too, and leaves less than this takes.
            machine.receive(1, 8, 0, slice);
        } catch (RefusedException full) {
            assertThat(full.reason()).isEqualTo(RefusalReason.STORE_FULL);
            assertThat(full).hasMessageContaining("of the 8388608 bytes");
        }
        store.merge();

        assertThat(store.usedSpace()).isLessThanOrEqualTo(2 << 20);
        assertThat(store.usedSpace()).isGreaterThanOrEqualTo(1 << 20);
        machine.receive(1, 8, 0, slice);
    }

    static List<Arguments> commits() {
        String chain = "00".repeat(31) + "01";
        return List.of(
                Arguments.of("too few slices", 1, 1, 1, chain, RefusalReason.SLICES_MISSING, "1 slices; 2 have"),
                Arguments.of("too many slices", 1, 1, 3, chain, RefusalReason.SLICES_MISSING, "3 slices; 2 have"),
                Arguments.of("another digest", 1, 1, 2, chain, RefusalReason.SLICES_MISSING, "digest " + chain),
                Arguments.of("a change set too far", 1, 2, 2, chain, RefusalReason.OUT_OF_ORDER, "the next is 1"),
                Arguments.of("an undeclared epoch", 2, 1, 2, chain, RefusalReason.OUT_OF_ORDER, "current one is 1"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("commits")
    void aRefusedCommitChangesNothing(
            String what, long epoch, long sequence, long slices, String digest, RefusalReason reason, String said)
            throws IOException {
        machine.declare(1, 12);
        machine.receive(1, 1, 0, FIRST);
        machine.receive(1, 1, 1, SECOND);
        MachineState state = store.state(OneMachine.NAME);

        OneMachine.assertRefused(
                () -> store.commit(machine.slice(epoch, sequence, 0).changeSet(), new Commit(slices, digest)),
                reason,
                said);

        assertThat(store.state(OneMachine.NAME)).isEqualTo(state);
    }

    static List<Arguments> declarations() {
        return List.of(
                Arguments.of("no disk", 2L, new long[0], RefusalReason.MALFORMED, "0 disks; accepted are 1 to 64"),
                Arguments.of("too many", 2L, new long[] {1, 1, 1, 1, 1}, RefusalReason.TOO_MANY_DISKS, "5 disks"),
                Arguments.of("no byte", 2L, new long[] {0}, RefusalReason.MALFORMED, "of 0 bytes"),
                Arguments.of(
                        "too large a disk",
                        2L,
                        new long[] {(1L << 40) + 1},
                        RefusalReason.DISK_TOO_LARGE,
                        "takes up to"),
                Arguments.of(
                        "too large for any",
                        2L,
                        new long[] {(64L << 40) + 1},
                        RefusalReason.MALFORMED,
                        "70368744177665"),
                Arguments.of("epoch 0", 0L, new long[] {12}, RefusalReason.MALFORMED, "epoch 0"),
                Arguments.of("an older epoch", 1L, new long[] {12}, RefusalReason.FENCED, "at epoch 2; epoch 1"),
                Arguments.of("another size", 2L, new long[] {13}, RefusalReason.DISK_MISMATCH, "it has disk-0 of 12"),
                Arguments.of("a disk more", 3L, new long[] {12, 1}, RefusalReason.DISK_MISMATCH, "disk-1 of 1 bytes"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("declarations")
    void aRefusedDeclarationChangesNothing(String what, long epoch, long[] sizes, RefusalReason reason, String said)
            throws IOException {
        MachineState state = machine.declare(2, 12);

        OneMachine.assertRefused(() -> machine.declare(epoch, sizes), reason, said);

        assertThat(store.state(OneMachine.NAME)).isEqualTo(state);
    }

    @Test
    void whatWasNotDeclaredIsUnknown() throws IOException {
        machine.declare(1, 12);
        OneMachine other = new OneMachine(store, new MachineName("other"));

        OneMachine.assertRefused(() -> other.receive(1, 1, 0, FIRST), RefusalReason.UNKNOWN_MACHINE, "other");
        OneMachine.assertRefused(() -> other.commit(1, 1, List.of()), RefusalReason.UNKNOWN_MACHINE, "other");
        OneMachine.assertRefused(() -> other.bytes(0), RefusalReason.UNKNOWN_MACHINE, "other");
        OneMachine.assertRefused(() -> machine.bytes(1), RefusalReason.UNKNOWN_DISK, "no disk disk-1");
        OneMachine.assertRefused(
                () -> store.content(OneMachine.NAME, OneMachine.disk(0), 13), RefusalReason.OUTSIDE_DISK, "offset 13");
    }

    @Test
    void aClosedStoreIsShuttingDown() throws IOException {
        machine.declare(1, 12);
        InputStream content = store.content(OneMachine.NAME, OneMachine.disk(0), 0);
        store.close();

        OneMachine.assertRefused(() -> machine.receive(1, 1, 0, FIRST), RefusalReason.SHUTTING_DOWN, "closed");
        OneMachine.assertRefused(content::read, RefusalReason.SHUTTING_DOWN, "closed");
        content.close();
        store.close();
    }
}
