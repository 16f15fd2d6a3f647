package throughline.benchmarks.paired;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import throughline.benchmarks.paired.Paired.Row;

/**
 * Kills replica, primary or both in the middle of their work, starts them again, and looks whether everything that was
 * acknowledged is there, nothing by halves, and whether they go on.
 */
final class KillRounds implements AutoCloseable {
    /** Then a new machine begins, so that initial copies are killed too. */
    private static final int ROUNDS_PER_MACHINE = 8;

    private static final int LONGEST_WAIT_MILLISECONDS = 1000;
    private static final int LOOKS = 3;

    private final Path folder;
    private final LabFiles files;
    private final Random random;
    private final String port;
    private Child replica;
    private Victim victim;
    private int caughtBetween;
    private int betweenCommitAndReceipt;
    private long checked;

    private KillRounds(Path folder, LabFiles files, long seed) throws IOException {
        this.folder = folder;
        this.files = files;
        this.random = new Random(seed);
        this.port = String.valueOf(Programs.freePort());
        this.replica = startReplica();
        replica.ask("start");
        this.victim = new Victim(0);
    }

    static List<Row> run(Settings settings) throws Exception {
        return Benchmarks.in(settings.disk(), folder -> {
            LabFiles files = LabFiles.write(folder.resolve("lab"));
            long begin = System.nanoTime();
            try (KillRounds rounds = new KillRounds(folder, files, settings.seed())) {
                for (int round = 0; round < settings.kills(); round++) {
                    rounds.round(round);
                }
                rounds.finish();
                String words = String.format(
                        Locale.ROOT,
                        "%d rounds of kill -9 (seed %d): %d acknowledged versions compared byte by byte; killed %d times"
                                + " before the commit and %d times between commit and receipt",
                        settings.kills(),
                        settings.seed(),
                        rounds.checked,
                        rounds.caughtBetween,
                        rounds.betweenCommitAndReceipt);
                double seconds = (System.nanoTime() - begin) / 1e9;
                return List.of(new Row(
                        words,
                        String.format(Locale.ROOT, "%.0f", seconds),
                        "",
                        1,
                        1,
                        String.format(Locale.ROOT, "%.1f", Figures.load())));
            }
        });
    }

    private void round(int round) throws Exception {
        if (round > 0 && round % ROUNDS_PER_MACHINE == 0) {
            victim.finish();
            check("at the end of " + victim.machine, true);
            victim = new Victim(round);
        }
        boolean killReplica = round % 3 != 1;
        boolean killPrimary = round % 3 != 0;
        boolean merging = random.nextInt(3) == 0;
        int wait = random.nextInt(LONGEST_WAIT_MILLISECONDS);
        victim.start();
        victim.awaitSending();
        if (merging) {
            replica.tell("merge");
        }
        TimeUnit.MILLISECONDS.sleep(wait);
        if (killReplica) {
            replica.kill();
        } else if (merging) {
            replica.answer();
        }
        if (killPrimary) {
            victim.kill();
        }
        if (killReplica) {
            replica = startReplica();
            // Where the primary, if it lives, does not find it.
            replica.ask("check");
        }
        String what = String.format(
                Locale.ROOT,
                "round %d: %s%s killed after %d ms%s, %s",
                round,
                killReplica ? "replica" : "",
                killPrimary ? killReplica ? " and primary" : "primary" : "",
                wait,
                merging ? ", while merging" : "",
                victim.machine);
        Journal journal = check(what, false);
        if (killReplica) {
            replica.ask("stop");
            replica.ask("start");
        }
        victim.start();
        victim.awaitAcknowledged(journal.acknowledged() + 1);
    }

    /** All machines, once more, after everything. */
    private void finish() throws Exception {
        victim.finish();
        check("at the end", true);
    }

    /** Looks until both disks show one version: a commit may be under way where only the primary was killed. */
    private Journal check(String what, boolean atEnd) throws Exception {
        for (int look = 1; ; look++) {
            Journal journal = Journal.read(victim.folder.resolve("journal"));
            victim.versionsUntil(journal.acknowledged());
            boolean old = victim.isAtReplica(journal.acknowledged());
            boolean next = !old && journal.begun() > journal.acknowledged() && victim.isAtReplicaNext(journal.begun());
            if (old || (next && !atEnd)) {
                checked++;
                caughtBetween += old && journal.begun() > journal.acknowledged() ? 1 : 0;
                betweenCommitAndReceipt += next ? 1 : 0;
                Benchmarks.say(
                        "  %s: version %d acknowledged, %d begun, %d there",
                        what, journal.acknowledged(), journal.begun(), old ? journal.acknowledged() : journal.begun());
                return journal;
            }
            if (look == LOOKS) {
                keep(what);
            }
            TimeUnit.MILLISECONDS.sleep(LONGEST_WAIT_MILLISECONDS);
        }
    }

    private void keep(String what) throws IOException {
        Path kept = folder.resolveSibling(folder.getFileName() + "-kept");
        Files.createDirectories(kept);
        Folders.copy(folder, kept);
        throw new Refusal(
                what + ": the replica holds neither what was acknowledged nor what was begun. Everything is kept in "
                        + kept + ".");
    }

    private Child startReplica() throws IOException {
        return Child.start(
                ReplicaMain.class,
                List.of(),
                files.folder().toString(),
                folder.resolve("store").toString(),
                port);
    }

    @Override
    public void close() {
        victim.kill();
        replica.close();
    }

    /** One machine with its primary, which is killed and comes back. */
    private final class Victim {
        private final String machine;
        private final Path folder;
        private final Versions versions;
        private final String seed;
        private final List<byte[]> content = new ArrayList<>();
        private long version = -1;
        private Talker primary = Talker.none();

        Victim(int round) throws IOException {
            machine = "machine-" + round;
            folder = Files.createDirectories(KillRounds.this.folder.resolve(machine));
            seed = String.valueOf(random.nextInt(1 << 30));
            versions = new Versions(Long.parseLong(seed));
            Versions.SIZES.forEach(size -> content.add(new byte[size]));
        }

        void start() throws IOException {
            if (!primary.isAlive()) {
                primary = Talker.start(
                        KilledMain.class, files.folder().toString(), port, folder.toString(), machine, seed);
            }
        }

        void awaitSending() throws IOException, InterruptedException {
            primary.forget();
            primary.await(KilledMain.SENDING, 0);
        }

        void awaitAcknowledged(long least) throws IOException, InterruptedException {
            primary.await(Journal.ACKNOWLEDGED, least);
        }

        void kill() {
            primary.kill();
        }

        void finish() throws IOException, InterruptedException {
            start();
            primary.stop();
        }

        /** Never back: what is acknowledged grows. */
        void versionsUntil(long acknowledged) throws IOException {
            while (version < acknowledged) {
                version++;
                versions.apply(version, (disk, offset, piece) -> put(content.get(disk), offset, piece));
            }
        }

        boolean isAtReplica(long acknowledged) throws IOException {
            return equal(content, acknowledged < 0);
        }

        boolean isAtReplicaNext(long begun) throws IOException {
            List<byte[]> next = new ArrayList<>();
            content.forEach(disk -> next.add(disk.clone()));
            versions.apply(begun, (disk, offset, piece) -> put(next.get(disk), offset, piece));
            return equal(next, false);
        }

        /** Before its first receipt a machine need not be there. */
        private boolean equal(List<byte[]> expected, boolean mayBeMissing) throws IOException {
            Path exported = folder.resolve("exported");
            for (int disk = 0; disk < expected.size(); disk++) {
                try {
                    replica.ask("export", machine, "disk-" + disk, exported.toString());
                } catch (Refusal e) {
                    if (mayBeMissing && String.valueOf(e.getMessage()).contains("RefusedException")) {
                        return true;
                    }
                    throw e;
                }
                if (!Arrays.equals(Files.readAllBytes(exported), expected.get(disk))) {
                    return false;
                }
            }
            return true;
        }

        private static void put(byte[] disk, long offset, ByteBuffer piece) {
            piece.get(disk, Math.toIntExact(offset), piece.remaining());
        }
    }
}
