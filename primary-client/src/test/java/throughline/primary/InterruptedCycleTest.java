package throughline.primary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.primary.diagnosis.Verdict;
import throughline.primary.disk.Disk;
import throughline.primary.disk.TrackedDisk;
import throughline.primary.replication.CycleProgress;
import throughline.primary.replication.CycleResult;
import throughline.primary.replication.PayloadStyle;
import throughline.primary.replication.ReplicationListener;
import throughline.primary.replication.ReplicationSettings;
import throughline.primary.replication.RetryPolicy;
import throughline.protocol.DiskName;
import throughline.protocol.RefusalReason;
import throughline.protocol.replication.MachineName;
import throughline.replica.ExchangeKind;
import throughline.replica.ReceivedExchange;
import throughline.replica.ReceivedExchange.End;
import throughline.replica.Replica;
import throughline.replica.ReplicaBehaviour;
import throughline.replica.store.ReplicaStore;

/** Cycles that are refused, cut, suspended, fenced off or given up. */
class InterruptedCycleTest {
    private static final Lab LAB = new Lab();
    private static final MachineName MACHINE = new MachineName("vm");
    private static final RetryPolicy SOON = new RetryPolicy(3, Duration.ofMillis(1), Duration.ofMillis(1));
    private static final RetryPolicy PATIENT = new RetryPolicy(100, Duration.ofMillis(20), Duration.ofMillis(50));
    private static final int MIB = 1 << 20;

    @TempDir
    Path folder;

    private final byte[] content = content(8 * MIB);
    private final Told told = new Told();
    private Replica replica;
    private Path store;

    @BeforeEach
    void open() throws IOException {
        store = Files.createDirectory(folder.resolve("store"));
        replica = Replica.start(LAB.replica(store)
                .stores((path, limits) -> ReplicaStore.inMemory(limits))
                .build());
    }

    @AfterEach
    void close() {
        replica.close();
    }

    @ParameterizedTest
    @CsvSource({"false, CHUNKED", "true, CHUNKED", "false, KNOWN_LENGTH", "true, DECLARED_HUGE", "false, DECLARED_HUGE"
    })
    void afterACutOnlyTheRestIsSent(boolean http2, PayloadStyle style) throws Exception {
        try (PrimaryClient client = client(http2);
                Replication replication = client.replication(settings()
                        .transfers(1)
                        .style(style)
                        .largestSlice(2 * MIB)
                        .build())) {
            afterSlices(2, new ReplicaBehaviour.Cut(MIB));

            CycleResult result = replication.runCycle();

            assertThat(held()).isEqualTo(content);
            assertThat(result.retries()).isEqualTo(1);
            assertThat(told.verdicts)
                    .singleElement()
                    .satisfies(verdict -> assertThat(rule(verdict)).isEqualTo("unexplained"));
            // Cut in the middle, a slice may have been too large.
            assertThat(told.sizes).containsExactly((long) MIB);
            assertThat(acknowledgedBytes()).isLessThan(content.length + 5000);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSliceWhoseReceiptIsLostIsNotSentAgain(boolean http2) throws Exception {
        try (PrimaryClient client = client(http2);
                Replication replication = client.replication(
                        settings().transfers(1).largestSlice(2 * MIB).build())) {
            afterSlices(1, ReplicaBehaviour.cutInsteadOfAnswering());

            assertThat(replication.runCycle().retries()).isEqualTo(1);

            assertThat(held()).isEqualTo(content);
            assertThat(told.sizes).isEmpty();
            assertThat(received(ExchangeKind.SLICE))
                    .extracting(ReceivedExchange::slice)
                    .doesNotHaveDuplicates();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCommitWhoseReceiptIsLostIsFoundToBeDone(boolean http2) throws Exception {
        try (PrimaryClient client = client(http2);
                Replication replication =
                        client.replication(settings().retries(PATIENT).build())) {
            // Gone for a while: a small request is repeated at once when the connection breaks.
            replica.script()
                    .enqueue(ExchangeKind.COMMIT, new ReplicaBehaviour.Restart(Long.MAX_VALUE, Duration.ofMillis(100)));

            CycleResult result = replication.runCycle();

            assertThat(result.receipt().sequence()).isEqualTo(1);
            assertThat(result.retries()).isPositive();
            assertThat(awaited(ExchangeKind.COMMIT, 1))
                    .extracting(ReceivedExchange::end)
                    .containsExactly(End.RESTARTED);
            assertThat(held()).isEqualTo(content);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "false, CHUNKED",
        "true, CHUNKED",
        "false, KNOWN_LENGTH",
        "true, KNOWN_LENGTH",
        "false, DECLARED_HUGE",
        "true, DECLARED_HUGE"
    })
    void slicesThatAreTooLargeBecomeSmaller(boolean http2, PayloadStyle style) throws Exception {
        try (PrimaryClient client = client(http2);
                Replication replication = client.replication(settings()
                        .style(style)
                        .transfers(1)
                        .largestSlice(4 * MIB)
                        .build())) {
            for (int i = 0; i < 2; i++) {
                replica.script().enqueue(ExchangeKind.SLICE, ReplicaBehaviour.refuse(RefusalReason.SLICE_TOO_LARGE));
            }

            CycleResult result = replication.runCycle();

            assertThat(told.sizes).containsExactly(2L * MIB, (long) MIB);
            assertThat(result.retries()).isZero();
            assertThat(held()).isEqualTo(content);
        }
    }

    @Test
    void slicesThatAreAlwaysTooLargeAreARefusal() throws Exception {
        try (PrimaryClient client = client(true);
                Replication replication = client.replication(
                        settings().transfers(1).largestSlice(2 * MIB).build())) {
            for (int i = 0; i < 2; i++) {
                replica.script().enqueue(ExchangeKind.SLICE, ReplicaBehaviour.refuse(RefusalReason.SLICE_TOO_LARGE));
            }

            ReplicationFailed failed = catchThrowableOfType(ReplicationFailed.class, replication::runCycle);

            assertThat(rule(failed.verdict())).isEqualTo("exchange.refused");
            assertThat(failed).hasMessageContaining("slice-too-large");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTransferTooManyIsDoneWithout(boolean http2) throws Exception {
        try (PrimaryClient client = client(http2);
                Replication replication = client.replication(
                        settings().transfers(2).largestSlice(MIB).build())) {
            replica.script().enqueue(ExchangeKind.ANNOUNCE, new ReplicaBehaviour.AnswerLate(Duration.ZERO));
            replica.script().enqueue(ExchangeKind.ANNOUNCE, ReplicaBehaviour.refuse(RefusalReason.TOO_MANY_TRANSFERS));

            CycleResult result = replication.runCycle();

            assertThat(result.retries()).isLessThanOrEqualTo(1);
            assertThat(held()).isEqualTo(content);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = RefusalReason.class,
            names = {"STORAGE_FAILED", "STORE_FULL", "TOO_MANY_TRANSFERS", "SHUTTING_DOWN"})
    void aRefusalThatPassesIsTriedAgain(RefusalReason reason) throws Exception {
        try (PrimaryClient client = client(true);
                Replication replication =
                        client.replication(settings().transfers(1).build())) {
            replica.script().enqueue(ExchangeKind.SLICE, ReplicaBehaviour.refuse(reason));

            CycleResult result = replication.runCycle();

            assertThat(result.retries()).isEqualTo(1);
            assertThat(told.verdicts)
                    .singleElement()
                    .satisfies(verdict -> assertThat(rule(verdict)).isEqualTo("exchange.refused"));
            assertThat(held()).isEqualTo(content);
        }
    }

    @Test
    void whatNeedsAPersonIsNotTriedAgain() throws Exception {
        try (PrimaryClient client = client(true);
                Replication replication = client.replication(settings().build())) {
            replica.script().enqueue(ExchangeKind.DECLARE, ReplicaBehaviour.refuse(RefusalReason.NOT_AUTHORISED));

            ReplicationFailed failed = catchThrowableOfType(ReplicationFailed.class, replication::runCycle);

            assertThat(rule(failed.verdict())).isEqualTo("exchange.refused");
            assertThat(told.verdicts).isEmpty();
            assertThat(awaited(ExchangeKind.DECLARE, 1)).hasSize(1);
        }
    }

    @Test
    void aWrongReceiptIsNotBelieved() throws Exception {
        try (PrimaryClient client = client(true);
                Replication replication = client.replication(settings().build())) {
            replica.script().enqueue(ExchangeKind.SLICE, new ReplicaBehaviour.WrongDigest());

            ReplicationFailed failed = catchThrowableOfType(ReplicationFailed.class, replication::runCycle);

            assertThat(failed).hasRootCauseMessage("the receipt for vm 1/1 slice 0 is for another slice");
            assertThat(received(ExchangeKind.COMMIT)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReplicaThatRestartsInTheMiddleIsNeverARejectedCertificate(boolean http2) throws Exception {
        try (PrimaryClient client = client(http2);
                Replication replication = client.replication(
                        settings().retries(PATIENT).largestSlice(MIB).build())) {
            afterSlices(3, new ReplicaBehaviour.Restart(MIB / 2, Duration.ofMillis(100)));

            CycleResult result = replication.runCycle();

            assertThat(result.retries()).isPositive();
            assertThat(told.verdicts)
                    .allSatisfy(verdict ->
                            assertThat(rule(verdict)).isIn("unexplained", "replica.unreachable", "exchange.refused"));
        }
    }

    @Test
    void aReplicaThatIsGoneForGoodIsUnreachable() throws Exception {
        try (PrimaryClient client = client(true);
                Replication replication = client.replication(settings().build())) {
            replication.runCycle();
            replica.close();

            ReplicationFailed failed = catchThrowableOfType(ReplicationFailed.class, replication::runCycle);

            assertThat(rule(failed.verdict())).isEqualTo("replica.unreachable");
            assertThat(told.verdicts).hasSize(3);
        }
    }

    @Test
    void afterAFailureTheChangesAreSentWithTheNextCycle() throws Exception {
        Path image = Files.write(folder.resolve("image"), content);
        try (PrimaryClient client = client(true);
                TrackedDisk disk = TrackedDisk.ofFile(new DiskName("a"), image);
                Replication replication = client.replication(ReplicationSettings.of(MACHINE, List.of(disk))
                        .retries(RetryPolicy.none())
                        .build())) {
            replication.runCycle();
            disk.write(5, ByteBuffer.wrap(content(10)));
            replica.script().enqueue(ExchangeKind.COMMIT, ReplicaBehaviour.refuse(RefusalReason.STORAGE_FAILED));
            assertThatThrownBy(replication::runCycle).isInstanceOf(ReplicationFailed.class);
            disk.write(3 * MIB, ByteBuffer.wrap(content(10)));

            CycleResult result = replication.runCycle();

            assertThat(result.receipt().sequence()).isEqualTo(2);
            assertThat(result.progress().changed()).isEqualTo(2 * 65536);
            assertThat(held()).isEqualTo(Files.readAllBytes(image));
        }
    }

    /** Two of three senders have to stop, with numbers that the third does not need for what they leave. */
    @Test
    void numbersThatNobodyNeedsDoNotKeepTheChangeSetFromItsCommit() throws Exception {
        List<Disk> disks = Stream.of("a", "b", "c")
                .map(name -> Disk.of(
                        new DiskName(name),
                        content.length,
                        (offset, target) -> target.put(content, (int) offset, target.remaining())))
                .toList();
        try (PrimaryClient client = client(false);
                Replication replication = client.replication(
                        ReplicationSettings.of(MACHINE, disks).build())) {
            replica.script().enqueue(ExchangeKind.ANNOUNCE, new ReplicaBehaviour.AnswerLate(Duration.ZERO));
            replica.script().enqueue(ExchangeKind.ANNOUNCE, ReplicaBehaviour.refuse(RefusalReason.TOO_MANY_TRANSFERS));
            replica.script().enqueue(ExchangeKind.ANNOUNCE, ReplicaBehaviour.refuse(RefusalReason.TOO_MANY_TRANSFERS));

            CycleResult result = replication.runCycle();

            assertThat(result.receipt().bytes()).isGreaterThanOrEqualTo(3L * content.length);
            assertThat(held()).isEqualTo(content);
        }
    }

    @Test
    void aFailureWhileDigestsAreComparedDoesNotMixUpTheSlicesThatAreThere() throws Exception {
        try (PrimaryClient client = client(true)) {
            try (Replication replication = client.replication(settings()
                    .transfers(1)
                    .largestSlice(MIB)
                    .retries(RetryPolicy.none())
                    .build())) {
                afterSlices(5, new ReplicaBehaviour.Cut(0));
                assertThatThrownBy(replication::runCycle).isInstanceOf(ReplicationFailed.class);
            }
            replica.script().enqueue(ExchangeKind.DIGESTS, ReplicaBehaviour.refuse(RefusalReason.STORAGE_FAILED));
            try (Replication replication = client.replication(settings().build())) {
                CycleResult result = replication.runCycle();

                assertThat(result.retries()).isEqualTo(1);
                assertThat(held()).isEqualTo(content);
            }
        }
    }

    /** A receipt of one says nothing about what the other holds. */
    @Test
    void twoReplicationsOfOneTrackedDiskBothGetWhatWasWritten() throws Exception {
        Path image = Files.write(folder.resolve("image"), content);
        MachineName other = new MachineName("other");
        try (PrimaryClient client = client(false);
                TrackedDisk disk = TrackedDisk.ofFile(new DiskName("a"), image);
                Replication first = client.replication(
                        ReplicationSettings.of(MACHINE, List.of(disk)).build());
                Replication second = client.replication(
                        ReplicationSettings.of(other, List.of(disk)).build())) {
            first.runCycle();
            second.runCycle();
            disk.write(5, ByteBuffer.wrap(content(10)));

            second.runCycle();
            first.runCycle();

            assertThat(held()).isEqualTo(Files.readAllBytes(image));
        }
    }

    @Test
    void whoTakesTheMachineOverFencesTheOtherOffForGood() throws Exception {
        try (PrimaryClient client = client(true);
                Replication first = client.replication(settings().build());
                Replication second = client.replication(settings().build())) {
            first.runCycle();
            second.runCycle();

            ReplicationFailed failed = catchThrowableOfType(ReplicationFailed.class, first::runCycle);

            assertThat(failed).hasMessageContaining("fenced");
            assertThat(first.state()).isEqualTo(Replication.State.FENCED);
            assertThat(told.fenced).isTrue();
            assertThatThrownBy(first::runCycle)
                    .hasMessage("the replication of vm is fenced off by another primary; no cycle is run");
            assertThat(second.runCycle().receipt().epoch()).isEqualTo(2);
        }
    }

    @Test
    void aNewProcessGoesOnWhereAnInitialCopyStopped() throws Exception {
        try (PrimaryClient client = client(true)) {
            try (Replication replication = client.replication(settings()
                    .transfers(1)
                    .largestSlice(MIB)
                    .retries(RetryPolicy.none())
                    .build())) {
                afterSlices(5, new ReplicaBehaviour.Cut(0));
                assertThatThrownBy(replication::runCycle).isInstanceOf(ReplicationFailed.class);
            }
            awaited(ExchangeKind.SLICE, 6);

            try (Replication replication = client.replication(settings().build())) {
                CycleResult result = replication.runCycle();

                assertThat(result.receipt().epoch()).isEqualTo(2);
                assertThat(held()).isEqualTo(content);
                assertThat(acknowledgedBytes()).isLessThan(4 * MIB);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void suspendEndsTheCycleAndResumeGoesOn(boolean http2) throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        CountDownLatch sending = new CountDownLatch(1);
        ReplicationListener listener = new ReplicationListener() {
            @Override
            public void progress(CycleProgress progress) {
                sending.countDown();
            }

            @Override
            public void done(CycleResult result) {
                done.countDown();
            }
        };
        replica.script().enqueue(ExchangeKind.SLICE, new ReplicaBehaviour.Stall(MIB / 2));
        try (PrimaryClient client = client(http2);
                Replication replication = client.replication(
                        settings().every(Duration.ofHours(1)).listener(listener).build())) {
            replication.start();
            assertThat(sending.await(10, TimeUnit.SECONDS)).isTrue();
            // What is stalled is to be of this cycle, and not of the one that goes on.
            Await.until("a slice is stalled", () -> replica.script().remaining() == 0);

            replication.suspend();
            assertThat(replication.state()).isEqualTo(Replication.State.SUSPENDED);
            assertThatThrownBy(replication::runCycle).hasMessage("the replication of vm is suspended; no cycle is run");
            assertThat(done.getCount()).isEqualTo(1);

            replication.resume();
            assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(held()).isEqualTo(content);
        }
    }

    @Test
    void cyclesRunByTheInterval() throws Exception {
        CountDownLatch three = new CountDownLatch(3);
        ReplicationListener listener = new ReplicationListener() {
            @Override
            public void done(CycleResult result) {
                three.countDown();
            }
        };
        try (PrimaryClient client = client(true);
                Replication replication = client.replication(settings()
                        .every(Duration.ofMillis(5))
                        .listener(listener)
                        .build())) {
            replication.start();

            assertThat(three.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** What a cycle may be waiting for when it is given up. */
    enum Waiting {
        FOR_AN_ANSWER,
        FOR_THE_NEXT_RETRY,
        FOR_BANDWIDTH
    }

    @ParameterizedTest
    @CsvSource({
        "FOR_AN_ANSWER, true", "FOR_AN_ANSWER, false",
        "FOR_THE_NEXT_RETRY, true", "FOR_THE_NEXT_RETRY, false",
        "FOR_BANDWIDTH, true", "FOR_BANDWIDTH, false"
    })
    void aCycleThatIsGivenUpEndsWithinASecond(Waiting waiting, boolean byInterrupt) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        ReplicationListener listener = new ReplicationListener() {
            @Override
            public void progress(CycleProgress progress) {
                begun.countDown();
            }

            @Override
            public void retrying(Verdict verdict, Duration wait) {
                begun.countDown();
            }
        };
        ReplicationSettings.Builder settings = settings().listener(listener);
        switch (waiting) {
            case FOR_AN_ANSWER -> replica.script().enqueue(ExchangeKind.SLICE, new ReplicaBehaviour.Stall(MIB / 2));
            case FOR_THE_NEXT_RETRY -> {
                replica.script().enqueue(ExchangeKind.STATE, ReplicaBehaviour.refuse(RefusalReason.STORAGE_FAILED));
                settings.retries(new RetryPolicy(1, Duration.ofHours(1), Duration.ofHours(1)));
            }
            case FOR_BANDWIDTH ->
                settings = ReplicationSettings.of(MACHINE, List.of(readBy(begun)))
                        .retries(SOON)
                        .bytesPerSecond(1000);
        }
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        try (PrimaryClient client = client(false);
                Replication replication = client.replication(settings.build())) {
            Thread cycle = new Thread(() -> {
                try {
                    replication.runCycle();
                } catch (ReplicationFailed | IOException | InterruptedException | RuntimeException e) {
                    thrown.set(e);
                }
            });
            cycle.start();
            assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();

            long started = System.nanoTime();
            Runnable end = byInterrupt ? cycle::interrupt : replication::close;
            end.run();
            cycle.join(10_000);

            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(1));
            assertThat(thrown.get())
                    .isInstanceOf(byInterrupt ? InterruptedException.class : CancellationException.class);
        }
    }

    @Test
    void aClosedClientEndsTheWaitForTheNextAttempt() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        replica.script().enqueue(ExchangeKind.STATE, ReplicaBehaviour.refuse(RefusalReason.STORAGE_FAILED));
        ReplicationListener listener = new ReplicationListener() {
            @Override
            public void retrying(Verdict verdict, Duration wait) {
                waiting.countDown();
            }
        };
        PrimaryClient client = client(false);
        try (Replication replication = client.replication(settings()
                .listener(listener)
                .retries(new RetryPolicy(1, Duration.ofHours(1), Duration.ofHours(1)))
                .build())) {
            FutureTask<Void> cycle = new FutureTask<>(() -> {
                replication.runCycle();
                return null;
            });
            new Thread(cycle).start();
            assertThat(waiting.await(30, TimeUnit.SECONDS)).isTrue();

            client.close();

            assertThatThrownBy(() -> cycle.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(ReplicationFailed.class);
        }
    }

    private Disk readBy(CountDownLatch begun) {
        return Disk.of(new DiskName("a"), content.length, (offset, target) -> {
            begun.countDown();
            target.put(content, (int) offset, target.remaining());
        });
    }

    /** The first slices are served. */
    private void afterSlices(int served, ReplicaBehaviour behaviour) {
        for (int i = 0; i < served; i++) {
            replica.script().enqueue(ExchangeKind.SLICE, new ReplicaBehaviour.AnswerLate(Duration.ZERO));
        }
        replica.script().enqueue(ExchangeKind.SLICE, behaviour);
    }

    private ReplicationSettings.Builder settings() {
        Disk disk = Disk.of(
                new DiskName("a"),
                content.length,
                (offset, target) -> target.put(content, (int) offset, target.remaining()));
        return ReplicationSettings.of(MACHINE, List.of(disk)).retries(SOON).listener(told);
    }

    private PrimaryClient client(boolean http2) {
        return new PrimaryClient(LAB.settings(replica.port()).http2(http2).build());
    }

    private byte[] held() throws IOException {
        try (InputStream held = replica.store(store).content(MACHINE, new DiskName("a"), 0)) {
            return held.readAllBytes();
        }
    }

    private List<ReceivedExchange> received(ExchangeKind kind) {
        List<ReceivedExchange> all = new ArrayList<>();
        for (Optional<ReceivedExchange> next = replica.takeExchange(Duration.ZERO);
                next.isPresent();
                next = replica.takeExchange(Duration.ZERO)) {
            next.filter(exchange -> exchange.kind() == kind).ifPresent(all::add);
        }
        return all;
    }

    /** An exchange is listed when its answer has gone out, which may be a moment after it has arrived. */
    private List<ReceivedExchange> awaited(ExchangeKind kind, int least) {
        List<ReceivedExchange> all = new ArrayList<>();
        while (all.size() < least) {
            Optional<ReceivedExchange> next = replica.takeExchange(Duration.ofSeconds(30));
            assertThat(next).as("%d of %d", all.size(), least).isPresent();
            next.filter(exchange -> exchange.kind() == kind).ifPresent(all::add);
        }
        all.addAll(received(kind));
        return all;
    }

    private long acknowledgedBytes() {
        return received(ExchangeKind.SLICE).stream()
                .filter(exchange -> exchange.end() == End.ANSWERED)
                .mapToLong(ReceivedExchange::bytes)
                .sum();
    }

    private static String rule(Verdict verdict) {
        return verdict.rule().map(Object::toString).orElse("unexplained");
    }

    private static byte[] content(int length) {
        byte[] content = new byte[length];
        new Random(length).nextBytes(content);
        return content;
    }

    private static final class Told implements ReplicationListener {
        private final List<Verdict> verdicts = new CopyOnWriteArrayList<>();
        private final List<Long> sizes = new CopyOnWriteArrayList<>();
        private volatile boolean fenced;

        @Override
        public void slicesBecomeSmaller(long bytes) {
            sizes.add(bytes);
        }

        @Override
        public void retrying(Verdict verdict, Duration wait) {
            verdicts.add(verdict);
        }

        @Override
        public void fenced() {
            fenced = true;
        }
    }
}
