package throughline.benchmarks.paired;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import throughline.primary.PrimaryClient;
import throughline.primary.Replication;
import throughline.primary.ReplicationFailed;
import throughline.primary.disk.Disk;
import throughline.primary.replication.CycleProgress;
import throughline.primary.replication.ReplicationListener;
import throughline.primary.replication.ReplicationSettings;
import throughline.primary.replication.RetryPolicy;
import throughline.protocol.DiskName;
import throughline.protocol.replication.MachineName;

/**
 * A primary that replicates one version after the other until it is killed: {@code KilledMain LAB PORT FOLDER MACHINE
 * SEED}. A version that was begun and has no receipt is done again at the next start.
 */
final class KilledMain {
    /** The first content of a version is on its way. */
    static final String SENDING = "sending";

    /** So that there is a middle in which to be killed. */
    private static final long BYTES_PER_SECOND = 20_000_000;

    private static final RetryPolicy PATIENT = new RetryPolicy(10_000, Duration.ofMillis(50), Duration.ofMillis(200));

    private KilledMain() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[2]);
        AtomicBoolean stopped = new AtomicBoolean();
        Thread listener = new Thread(() -> awaitWord(stopped), "stop-listener");
        listener.setDaemon(true);
        listener.start();
        List<Disk> disks = new ArrayList<>();
        for (int i = 0; i < Versions.SIZES.size(); i++) {
            Path file = image(folder, i);
            if (!Files.exists(file)) {
                try (FileChannel channel = open(file)) {
                    channel.write(ByteBuffer.allocate(1), Versions.SIZES.get(i) - 1L);
                }
            }
            disks.add(Disk.ofFile(new DiskName("disk-" + i), file));
        }
        AtomicBoolean sending = new AtomicBoolean();
        ReplicationSettings settings = ReplicationSettings.of(new MachineName(arguments[3]), disks)
                .bytesPerSecond(BYTES_PER_SECOND)
                .largestSlice(1 << 20)
                .retries(PATIENT)
                .listener(new ReplicationListener() {
                    @Override
                    public void progress(CycleProgress progress) {
                        if (progress.sent() > 0 && sending.compareAndSet(false, true)) {
                            Child.say(SENDING);
                        }
                    }
                })
                .build();
        LabFiles lab = new LabFiles(Path.of(arguments[0]));
        try (PrimaryClient client = new PrimaryClient(PrimaryMain.settings(lab, arguments[1]));
                Replication replication = client.replication(settings)) {
            Versions versions = new Versions(Long.parseLong(arguments[4]));
            Journal journal = Journal.read(folder.resolve("journal"));
            while (!stopped.get()) {
                sending.set(false);
                replicate(versions, journal, folder, replication);
            }
        }
        Child.say("stopped");
    }

    static Path image(Path folder, int disk) {
        return folder.resolve("disk-" + disk);
    }

    private static void replicate(Versions versions, Journal journal, Path folder, Replication replication)
            throws IOException, InterruptedException {
        if (journal.begun() == journal.acknowledged()) {
            journal.append(Journal.BEGUN, journal.begun() + 1);
        }
        long version = journal.begun();
        Child.say(Journal.BEGUN + " " + version);
        versions.apply(version, (disk, offset, content) -> {
            try (FileChannel channel = open(image(folder, disk))) {
                channel.write(content, offset);
            }
        });
        try {
            replication.runCycle();
        } catch (ReplicationFailed e) {
            // With so much patience only something that no retry is for.
            Child.say("failed " + e.verdict());
            throw new IOException(e);
        }
        journal.append(Journal.ACKNOWLEDGED, version);
        Child.say(Journal.ACKNOWLEDGED + " " + version);
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /** Whoever started it has stopped it, or is gone. */
    private static void awaitWord(AtomicBoolean stopped) {
        try {
            if (System.in.read() < 0) {
                System.exit(0);
            }
        } catch (IOException e) {
            System.exit(1);
        }
        stopped.set(true);
    }
}
