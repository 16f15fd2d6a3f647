package throughline.replica.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;
import throughline.protocol.replication.BlockDigests;
import throughline.protocol.replication.DigestKey;
import throughline.protocol.replication.MachineState;
import throughline.protocol.replication.ReplicationPaths.Content;
import throughline.protocol.replication.SliceReceipt;

/**
 * Power is cut before every single operation on files of a story in which everything happens, and comes back to what four kinds
 * of luck have left, without the index and with one that was left behind. Then everything that was acknowledged must be there,
 * what was under way whole or not at all, and the store must go on.
 */
class PowerCutTest {
    private static final long[] SIZES = {300, 100};
    private static final byte[] LATER = new byte[] {'L'};

    /** What a store has to hold: a step of the story changes it, and what it changes counts once the step is over. */
    private record Model(
            long epoch,
            long sequence,
            List<byte[]> committed,
            List<byte[]> slices,
            List<SliceReceipt> receipts,
            Optional<Long> waiting) {

        static Model none() {
            return new Model(0, 0, List.of(new byte[300], new byte[100]), List.of(), List.of(), Optional.empty());
        }

        Model with(byte[] slice, SliceReceipt receipt) {
            List<byte[]> all = new ArrayList<>(slices);
            all.add(slice);
            List<SliceReceipt> known = new ArrayList<>(receipts);
            known.add(receipt);
            return new Model(epoch, sequence, committed, all, known, waiting);
        }

        Model waiting(long number) {
            return new Model(epoch, sequence, committed, slices, receipts, Optional.of(number));
        }

        Model arrived() {
            return new Model(epoch, sequence, committed, slices, receipts, Optional.empty());
        }

        Model declared(long newEpoch) {
            return new Model(newEpoch, newEpoch == epoch ? sequence : 0, committed, slices, receipts, Optional.empty());
        }

        Model applied() {
            return new Model(epoch, sequence + 1, pending(), List.of(), List.of(), Optional.empty());
        }

        List<byte[]> pending() {
            List<byte[]> disks = committed.stream().map(byte[]::clone).toList();
            slices.forEach(slice -> Story.draw(slice, disks));
            return disks;
        }
    }

    /** What was left at one moment, and what has to be in it: the model before the step under way, or after it. */
    private record Moment(
            int step, int operation, boolean onlyProcess, PowerCutFiles files, SavedIndex index, Model before) {}

    private final List<Moment> moments = new ArrayList<>();
    /** The model after each step. */
    private final List<Model> models = new ArrayList<>();

    @Test
    void whatWasAcknowledgedSurvivesEveryCutOfPower() throws IOException {
        tell(name -> false);

        for (Moment moment : moments) {
            check(moment);
        }
        assertThat(moments).hasSizeGreaterThan(500);
    }

    @ParameterizedTest(name = "{0} is not forced")
    @ValueSource(strings = {"blocks/", "blocks", "log/", "log"})
    void aForceThatIsMissingIsNoticed(String name) throws IOException {
        tell(file -> name.endsWith("/") ? file.startsWith(name) : file.equals(name));

        assertThatThrownBy(() -> {
                    for (Moment moment : moments) {
                        check(moment);
                    }
                })
                .isInstanceOfAny(AssertionError.class, RefusedException.class);
    }

    private void tell(Predicate<String> unforced) throws IOException {
        PowerCutFiles files = new PowerCutFiles();
        files.ignoreForcing(unforced);
        Story story = new Story(files);
        List<byte[]> indexes = new ArrayList<>();
        models.add(Model.none());
        int[] operation = {0};
        files.before(() -> {
            indexes.add(story.index.save());
            remember(files, ++operation[0], indexes);
        });
        story.open();
        for (Story.Step step : story.steps()) {
            Model before = models.get(models.size() - 1);
            models.add(step.run(before));
        }
        story.close();
    }

    private void remember(PowerCutFiles files, int operation, List<byte[]> indexes) {
        int step = models.size() - 1;
        List<byte[]> left =
                List.of(SavedIndex.NONE, indexes.get(indexes.size() - 1), indexes.get(indexes.size() * 3 / 4));
        Model before = models.get(step);
        List<PowerCutFiles> survivors = List.of(
                files.after(PowerCutFiles.Survival.nothing()),
                files.afterProcess(),
                files.after(PowerCutFiles.Survival.byChance(operation)),
                files.after(PowerCutFiles.Survival.byChance(operation + 10_000)));
        for (int i = 0; i < survivors.size(); i++) {
            byte[] index = left.get((operation + i) % left.size());
            moments.add(new Moment(step, operation, i == 1, survivors.get(i), new SavedIndex(index), before));
        }
    }

    private void check(Moment moment) throws IOException {
        try (ReplicaStore store = open(moment.files(), moment.index())) {
            Model found = find(store, moment);
            if (moment.onlyProcess()) {
                cutAgain(found, moment);
            }
            goOn(store, found, moment);
        } catch (RefusedException e) {
            throw new AssertionError(describe(moment) + ": " + e.getMessage(), e);
        }
    }

    /** Before anything else happens: what the store has said once it does not take back. */
    private static void cutAgain(Model found, Moment moment) throws IOException {
        PowerCutFiles again = moment.files().after(PowerCutFiles.Survival.nothing());
        try (ReplicaStore reopened = open(again, new SavedIndex(SavedIndex.NONE))) {
            assertThat(matches(reopened, found))
                    .as("%s, cut again", describe(moment))
                    .isTrue();
        }
    }

    private static ReplicaStore open(PowerCutFiles files, SavedIndex index) throws IOException {
        return Opening.open(files, index, StoreLimits.none(), () -> {});
    }

    private Model find(ReplicaStore store, Moment moment) throws IOException {
        Model after = models.get(Math.min(moment.step() + 1, models.size() - 1));
        for (Model model : List.of(moment.before(), after)) {
            if (matches(store, model)) {
                return model;
            }
        }
        throw new AssertionError(
                describe(moment) + ": " + (store.machines().isEmpty() ? "no machine" : store.state(OneMachine.NAME)));
    }

    private static boolean matches(ReplicaStore store, Model model) throws IOException {
        if (store.machines().isEmpty() || model.epoch() == 0) {
            return store.machines().isEmpty() && model.epoch() == 0;
        }
        MachineState state = store.state(OneMachine.NAME);
        OneMachine machine = new OneMachine(store);
        return state.epoch() == model.epoch()
                && state.nextSequence() == model.sequence() + 1
                && state.pending().slices() == model.slices().size()
                && state.pending()
                        .digest()
                        .equals(OneMachine.commit(model.receipts()).digest())
                && Arrays.equals(machine.bytes(0), model.committed().get(0))
                && Arrays.equals(machine.bytes(1), model.committed().get(1))
                && pendingMatches(store, model)
                && waitingMatches(machine, model);
    }

    private static boolean pendingMatches(ReplicaStore store, Model model) throws IOException {
        DigestKey key = DigestKey.random();
        for (int disk = 0; disk < 2; disk++) {
            byte[] content = model.pending().get(disk);
            byte[] digest = store.digests(OneMachine.NAME, OneMachine.disk(disk), Content.PENDING, key, 0, 1);
            byte[] expected = new byte[BlockDigests.LENGTH];
            new BlockDigests(key).digest(content, 0, content.length, expected, 0);
            if (!Arrays.equals(digest, expected)) {
                return false;
            }
        }
        return true;
    }

    /** A slice that waits is seen only by who sends another with its number. */
    private static boolean waitingMatches(OneMachine machine, Model model) throws IOException {
        if (model.waiting().isEmpty()) {
            return true;
        }
        try {
            machine.receive(
                    model.epoch(),
                    model.sequence() + 1,
                    model.waiting().get(),
                    Slices.slice().data(0, 0, LATER).end());
            return false;
        } catch (RefusedException e) {
            return e.reason() == RefusalReason.SEQUENCE_CONFLICT;
        }
    }

    /** With the next slice, its commit, and a merge. */
    private static void goOn(ReplicaStore store, Model found, Moment moment) throws IOException {
        OneMachine machine = new OneMachine(store);
        long epoch = found.epoch() + 1;
        machine.declare(epoch, SIZES);
        byte[] slice = Slices.slice().data(1, 7, LATER).data(0, 150, LATER).end();
        SliceReceipt receipt = machine.receive(epoch, 1, found.slices().size(), slice);
        Model next = found.declared(epoch).with(slice, receipt);
        machine.commit(epoch, 1, next.receipts());
        assertThat(matches(store, next.applied()))
                .as("%s, goes on", describe(moment))
                .isTrue();
        if (moment.operation() % 3 == 0) {
            store.merge();
            assertThat(matches(store, next.applied()))
                    .as("%s, merges", describe(moment))
                    .isTrue();
        }
    }

    private static String describe(Moment moment) {
        return "step " + moment.step() + ", operation " + moment.operation()
                + (moment.onlyProcess() ? ", only the process" : "") + ", "
                + moment.index().describe();
    }

    /** Everything happens in it. */
    private static final class Story {
        private final PowerCutFiles files;
        private SavedIndex index = new SavedIndex(SavedIndex.NONE);
        private @Nullable OneMachine opened;

        Story(PowerCutFiles files) {
            this.files = files;
        }

        void open() throws IOException {
            index = new SavedIndex(SavedIndex.NONE);
            opened = new OneMachine(PowerCutTest.open(files, index));
        }

        void close() {
            machine().store.close();
        }

        /** Something that is acknowledged when it is over; gives what has to be there from then on. */
        interface Step {
            Model run(Model before) throws IOException;
        }

        List<Step> steps() {
            byte[] first = Slices.slice()
                    .data(0, 10, text('a', 80))
                    .data(1, 0, text('b', 50))
                    .zeros(0, 200, 50)
                    .end();
            byte[] second = Slices.slice().data(0, 60, text('c', 40)).end();
            byte[] third = Slices.slice()
                    .data(0, 0, text('d', 30))
                    .data(0, 20, text('e', 20))
                    .zeros(1, 10, 10)
                    .end();
            byte[] most = Slices.slice()
                    .data(0, 5, text('f', 200))
                    .data(1, 5, text('g', 40))
                    .end();
            byte[] little =
                    Slices.slice().data(0, 100, text('h', 1)).zeros(1, 20, 5).end();
            byte[] next = Slices.slice().data(0, 250, text('i', 50)).end();
            return List.of(
                    declare(1),
                    receive(0, first),
                    waiting(2, third),
                    merge(),
                    // Lets the one that waits in.
                    model -> receive(1, second).run(model).arrived().with(third, receipts(third, model, 2)),
                    commit(),
                    receive(0, most),
                    commit(),
                    merge(),
                    receive(0, little),
                    merge(),
                    waiting(3, most),
                    declare(4),
                    receive(1, next),
                    waiting(3, first),
                    merge(),
                    reopen(),
                    model -> receive(2, second).run(model).arrived().with(first, receipts(first, model, 3)),
                    commit(),
                    merge(),
                    reopen(),
                    receive(0, third),
                    commit());
        }

        private Step declare(long epoch) {
            return model -> {
                machine().declare(epoch, SIZES);
                return model.declared(epoch);
            };
        }

        private Step receive(long number, byte[] slice) {
            return model -> model.with(slice, machine().receive(model.epoch(), model.sequence() + 1, number, slice));
        }

        private Step waiting(long number, byte[] slice) {
            return model -> {
                machine().receive(model.epoch(), model.sequence() + 1, number, slice);
                return model.waiting(number);
            };
        }

        private Step commit() {
            return model -> {
                machine().commit(model.epoch(), model.sequence() + 1, model.receipts());
                return model.applied();
            };
        }

        private Step merge() {
            return model -> {
                machine().store.merge();
                return model;
            };
        }

        private Step reopen() {
            return model -> {
                close();
                open();
                return model;
            };
        }

        private SliceReceipt receipts(byte[] slice, Model model, long number) throws IOException {
            return machine().receive(model.epoch(), model.sequence() + 1, number, slice);
        }

        private OneMachine machine() {
            return Objects.requireNonNull(opened);
        }

        private static byte[] text(char letter, int length) {
            byte[] text = new byte[length];
            Arrays.fill(text, (byte) letter);
            return text;
        }

        /** Draws a slice as the format says it, not as the store reads it. */
        static void draw(byte[] slice, List<byte[]> disks) {
            java.nio.ByteBuffer in = java.nio.ByteBuffer.wrap(slice).position(8);
            for (int type = in.get(); type != 0; type = in.get()) {
                byte[] disk = disks.get(in.getShort());
                int offset = (int) in.getLong();
                int length = type == 1 ? in.getInt() : (int) in.getLong();
                byte[] data = new byte[length];
                if (type == 1) {
                    in.getInt();
                    in.get(data);
                }
                System.arraycopy(data, 0, disk, offset, length);
            }
        }
    }
}
