package throughline.benchmarks.paired;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import throughline.primary.ClientSettings;
import throughline.primary.PrimaryClient;
import throughline.primary.Replication;
import throughline.primary.dial.ProxySettings;
import throughline.primary.disk.Disk;
import throughline.primary.disk.TrackedDisk;
import throughline.primary.replication.ReplicationSettings;
import throughline.protocol.DiskName;
import throughline.protocol.replication.MachineName;

/** Primaries in a JVM of their own: {@code PrimaryMain FOLDER PORT}. */
final class PrimaryMain implements AutoCloseable {
    /** What every one of many machines has. */
    private static final int SMALL_DISK = 1 << 20;

    private static final DiskName DISK = new DiskName("disk");

    private final PrimaryClient client;
    private final Map<String, Replication> open = new HashMap<>();
    private final Map<String, TrackedDisk> tracked = new HashMap<>();

    private PrimaryMain(PrimaryClient client) {
        this.client = client;
    }

    public static void main(String[] arguments) throws Exception {
        LabFiles files = new LabFiles(Path.of(arguments[0]));
        try (PrimaryClient client = new PrimaryClient(settings(files, arguments[1]));
                PrimaryMain main = new PrimaryMain(client)) {
            Child.listen(main::told);
        }
    }

    static ClientSettings settings(LabFiles files, String port) throws Exception {
        return ClientSettings.to(URI.create("https://" + LabFiles.SERVER_NAME + ":" + port))
                .identity(files.identity("client"))
                .trust(files.trust())
                .proxy(ProxySettings.parse(System.getProperty("benchmark.proxy", "direct")))
                .http2(Boolean.getBoolean("benchmark.http2"))
                .build();
    }

    private String told(String command, List<String> words) throws Exception {
        return switch (command) {
            case "copy" -> copy(words.get(0), Path.of(words.get(1)));
            case "open" -> open(words.get(0), Path.of(words.get(1)));
            case "track" -> track(words.get(0), Path.of(words.get(1)));
            case "write" -> write(words.get(0), Long.parseLong(words.get(1)), Long.parseLong(words.get(2)));
            case "cycle" -> cycle(words.get(0));
            case "many" -> many(Integer.parseInt(words.get(0)));
            case "peaks" -> Peaks.words();
            default -> throw new IllegalArgumentException(command);
        };
    }

    /** The initial copy of a machine, from nothing to the receipt and the last thread's end. */
    private String copy(String machine, Path image) throws Exception {
        long begin = System.nanoTime();
        try (Replication replication = replication(machine, Disk.ofFile(DISK, image))) {
            replication.runCycle();
        }
        return since(begin);
    }

    private String open(String machine, Path image) throws Exception {
        open.put(machine, replication(machine, Disk.ofFile(DISK, image)));
        return "";
    }

    private String track(String machine, Path image) throws Exception {
        TrackedDisk disk = TrackedDisk.ofFile(DISK, image);
        tracked.put(machine, disk);
        open.put(machine, replication(machine, disk));
        return "";
    }

    private String write(String machine, long blocks, long seed) throws IOException {
        TrackedDisk disk = Objects.requireNonNull(tracked.get(machine));
        Image.change(disk.size(), blocks, seed, (block, offset) -> disk.write(offset, block));
        return "";
    }

    private String cycle(String machine) throws Exception {
        long begin = System.nanoTime();
        Objects.requireNonNull(open.get(machine)).runCycle();
        return since(begin);
    }

    /** So many machines at once: all start when all are there. */
    private String many(int machines) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(machines);
        try {
            CountDownLatch start = new CountDownLatch(1);
            List<Future<?>> ends = new ArrayList<>();
            for (int i = 0; i < machines; i++) {
                String machine = "machine-" + i;
                long seed = i;
                ends.add(threads.submit(() -> {
                    start.await();
                    small(machine, seed);
                    return null;
                }));
            }
            long begin = System.nanoTime();
            start.countDown();
            @Nullable Exception first = null;
            int failed = 0;
            for (Future<?> end : ends) {
                try {
                    end.get();
                } catch (Exception e) {
                    failed++;
                    first = first == null ? e : first;
                }
            }
            if (first != null) {
                throw new IOException(failed + " of " + machines + " machines failed", first);
            }
            return since(begin);
        } finally {
            threads.shutdownNow();
        }
    }

    /** An initial copy and a change of one block. */
    private void small(String machine, long seed) throws Exception {
        byte[] content = new byte[SMALL_DISK];
        Random random = new Random(seed);
        random.nextBytes(content);
        Disk disk = Disk.of(
                DISK, SMALL_DISK, (offset, target) -> target.put(content, Math.toIntExact(offset), target.remaining()));
        try (Replication replication = replication(machine, disk)) {
            replication.runCycle();
            content[0]++;
            replication.runCycle();
        }
    }

    private Replication replication(String machine, Disk disk) {
        return client.replication(
                ReplicationSettings.of(new MachineName(machine), List.of(disk)).build());
    }

    private static String since(long begin) {
        return String.valueOf((System.nanoTime() - begin) / 1e9);
    }

    @Override
    public void close() throws IOException {
        open.values().forEach(Replication::close);
        for (TrackedDisk disk : tracked.values()) {
            disk.close();
        }
    }
}
