package throughline.primary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
import throughline.replica.Replica;
import throughline.replica.ReplicaBehaviour;
import throughline.replica.store.ReplicaStore;

/** Cycles between a primary and a replica on loopback. */
class ReplicationTest {
    private static final Lab LAB = new Lab();
    private static final MachineName MACHINE = new MachineName("vm");
    private static final int MIB = 1 << 20;
    private static final int BLOCK = 65536;

    @TempDir
    Path folder;

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
    @CsvSource({
        "KNOWN_LENGTH, false", "KNOWN_LENGTH, true",
        "CHUNKED, false", "CHUNKED, true",
        "DECLARED_HUGE, false", "DECLARED_HUGE, true"
    })
    void everyStyleCarriesTheDisks(PayloadStyle style, boolean http2) throws Exception {
        byte[] first = content(9 * MIB + 777, 1);
        byte[] second = content(100, 2);
        try (PrimaryClient client = client(http2);
                Replication replication = client.replication(settings(disk("a", first), disk("b", second))
                        .style(style)
                        .largestSlice(2 * MIB)
                        .build())) {
            CycleResult result = replication.runCycle();

            assertThat(held("a")).isEqualTo(first);
            assertThat(held("b")).isEqualTo(second);
            assertThat(result.receipt().sequence()).isEqualTo(1);
            assertThat(result.progress().changed()).isEqualTo(first.length + second.length);
            assertThat(result.verdict().findings()).isEmpty();
            assertThat(result.retries()).isZero();

            // And again, when the connections have been through it.
            first[5 * MIB] ^= 1;
            assertThat(replication.runCycle().receipt().sequence()).isEqualTo(2);
            assertThat(held("a")).isEqualTo(first);
        }
    }

    @Test
    void anUntrackedDiskIsComparedAndOnlyWhatDiffersIsSent() throws Exception {
        byte[] content = content(8 * MIB, 1);
        try (PrimaryClient client = client(false);
                Replication replication = client.replication(
                        settings(disk("a", content)).transfers(1).build())) {
            replication.runCycle();
            received();
            content[3 * BLOCK + 5] ^= 1;
            Arrays.fill(content, 7 * BLOCK, 9 * BLOCK, (byte) 0);

            CycleResult result = replication.runCycle();

            assertThat(held("a")).isEqualTo(content);
            assertThat(result.progress().changed()).isLessThanOrEqualTo(3 * BLOCK);
            assertThat(sliceBytes()).isLessThan(2 * BLOCK);
        }
    }

    @Test
    void theThirdCycleOfAnUntrackedDiskKnowsByItselfWhatTheReplicaHolds() throws Exception {
        byte[] content = content(3 * MIB + 77, 1);
        try (PrimaryClient client = client(false);
                Replication replication = client.replication(
                        settings(disk("a", content)).transfers(1).build())) {
            replication.runCycle();
            received();
            content[5 * BLOCK] ^= 1;
            replication.runCycle();
            assertThat(kinds()).contains(ExchangeKind.DIGESTS);
            content[5 * BLOCK] ^= 1;
            content[3 * MIB + 76] ^= 1;
            Arrays.fill(content, 7 * BLOCK, 8 * BLOCK, (byte) 0);

            CycleResult result = replication.runCycle();

            assertThat(kinds()).containsOnlyOnce(ExchangeKind.SLICE).doesNotContain(ExchangeKind.DIGESTS);
            assertThat(held("a")).isEqualTo(content);
            assertThat(result.progress().changed()).isEqualTo(2 * BLOCK + 77);
        }
    }

    @Test
    void afterACycleThatDidNotGoThroughAtOnceTheReplicaIsAskedAgain() throws Exception {
        byte[] content = content(3 * MIB, 1);
        try (PrimaryClient client = client(false);
                Replication replication = client.replication(settings(disk("a", content))
                        .transfers(1)
                        .every(Duration.ofDays(1))
                        .build())) {
            replication.runCycle();
            replication.runCycle();
            received();
            received();
            content[0] ^= 1;
            replica.script().enqueue(ExchangeKind.SLICE, ReplicaBehaviour.refuse(RefusalReason.STORAGE_FAILED));
            assertThatThrownBy(replication::runCycle).isInstanceOf(ReplicationFailed.class);

            replication.runCycle();

            assertThat(kinds()).contains(ExchangeKind.DIGESTS);
            assertThat(held("a")).isEqualTo(content);
        }
    }

    @Test
    void afterACycleThatSentSomethingTwiceTheReplicaIsAskedAgain() throws Exception {
        byte[] content = content(3 * MIB, 1);
        try (PrimaryClient client = client(false);
                Replication replication = client.replication(settings(disk("a", content))
                        .transfers(1)
                        .every(Duration.ofDays(1))
                        .build())) {
            replication.runCycle();
            received();
            // More than the smallest slice: that one would not be sent in halves.
            for (int at = 0; at < 2 * MIB; at += BLOCK) {
                content[at] ^= 1;
            }
            replica.script().enqueue(ExchangeKind.SLICE, ReplicaBehaviour.refuse(RefusalReason.SLICE_TOO_LARGE));
            replication.runCycle();
            received();

            replication.runCycle();

            assertThat(kinds()).contains(ExchangeKind.DIGESTS);
        }
    }

    @Test
    void aTrackedDiskCostsWhatChanged() throws Exception {
        Path image = Files.write(folder.resolve("image"), content(8 * MIB, 1));
        try (PrimaryClient client = client(false);
                TrackedDisk disk = TrackedDisk.ofFile(new DiskName("a"), image);
                Replication replication = client.replication(
                        settings(disk).compression(false).transfers(1).build())) {
            replication.runCycle();
            received();
            disk.write(2 * MIB + 5L, ByteBuffer.wrap(content(10, 5)));

            CycleResult result = replication.runCycle();

            assertThat(held("a")).isEqualTo(Files.readAllBytes(image));
            assertThat(result.progress().changed()).isEqualTo(BLOCK);
            List<ReceivedExchange> received = received();
            assertThat(received)
                    .extracting(ReceivedExchange::kind)
                    .containsExactly(ExchangeKind.ANNOUNCE, ExchangeKind.SLICE, ExchangeKind.COMMIT);
            // 8 bytes of start, one frame of 19 and its data, 41 of end: docs/wire.md.
            assertThat(received.get(1).bytes()).isEqualTo(8 + 19 + BLOCK + 41);
        }
    }

    @Test
    void whatIsWrittenDuringACycleComesWithTheNext() throws Exception {
        byte[] before = content(4 * MIB, 1);
        Path image = Files.write(folder.resolve("image"), before);
        try (PrimaryClient client = client(true);
                TrackedDisk disk = TrackedDisk.ofFile(new DiskName("a"), image)) {
            try (Replication replication = client.replication(settings(disk)
                    .listener(new OnFirstProgress(() -> disk.write(0, ByteBuffer.wrap(new byte[4 * MIB]))))
                    .build())) {
                replication.runCycle();
                assertThat(held("a")).isEqualTo(before);

                replication.runCycle();
                assertThat(held("a")).isEqualTo(new byte[4 * MIB]);
            }
        }
    }

    private static Disk disk(String name, byte[] content) {
        return Disk.of(
                new DiskName(name),
                content.length,
                (offset, target) -> target.put(content, (int) offset, target.remaining()));
    }

    private static ReplicationSettings.Builder settings(Disk... disks) {
        return ReplicationSettings.of(MACHINE, List.of(disks)).retries(RetryPolicy.none());
    }

    private PrimaryClient client(boolean http2) {
        return new PrimaryClient(LAB.settings(replica.port()).http2(http2).build());
    }

    private byte[] held(String disk) throws IOException {
        try (InputStream content = replica.store(store).content(MACHINE, new DiskName(disk), 0)) {
            return content.readAllBytes();
        }
    }

    /** What a cycle over one HTTP/1.1 connection was, to its commit: there an exchange is listed before the next is read. */
    private List<ReceivedExchange> received() {
        List<ReceivedExchange> all = new ArrayList<>();
        do {
            Optional<ReceivedExchange> next = replica.takeExchange(Duration.ofSeconds(30));
            assertThat(next).as("after %s", all).isPresent();
            all.add(next.get());
        } while (all.get(all.size() - 1).kind() != ExchangeKind.COMMIT);
        return all;
    }

    private List<ExchangeKind> kinds() {
        return received().stream().map(ReceivedExchange::kind).toList();
    }

    private long sliceBytes() {
        return received().stream()
                .filter(exchange -> exchange.kind() == ExchangeKind.SLICE)
                .mapToLong(ReceivedExchange::bytes)
                .sum();
    }

    private static byte[] content(int length, int seed) {
        byte[] content = new byte[length];
        new Random(seed).nextBytes(content);
        return content;
    }

    interface Doing {
        void run() throws IOException;
    }

    private static final class OnFirstProgress implements ReplicationListener {
        private final Doing doing;
        private boolean done;

        OnFirstProgress(Doing doing) {
            this.doing = doing;
        }

        @Override
        public synchronized void progress(CycleProgress progress) {
            if (!done) {
                done = true;
                try {
                    doing.run();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }
}
