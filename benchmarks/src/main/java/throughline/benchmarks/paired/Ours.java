package throughline.benchmarks.paired;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A replica and a primary, each in a JVM of its own, as one would run them. */
final class Ours implements AutoCloseable {
    private final Child replica;
    private final Child primary;
    private int copies;

    private Ours(Child replica, Child primary) {
        this.replica = replica;
        this.primary = primary;
    }

    /** The store lies in the folder. */
    static Ours start(LabFiles files, Path folder, List<String> options) throws IOException {
        return start(files, folder, options, options);
    }

    static Ours start(LabFiles files, Path folder, List<String> replicaOptions, List<String> primaryOptions)
            throws IOException {
        String port = String.valueOf(Programs.freePort());
        String lab = files.folder().toString();
        Child replica = Child.start(
                ReplicaMain.class, replicaOptions, lab, folder.resolve("store").toString(), port);
        try {
            replica.ask("start");
            return new Ours(replica, Child.start(PrimaryMain.class, primaryOptions, lab, port));
        } catch (IOException | RuntimeException e) {
            replica.close();
            throw e;
        }
    }

    Child replica() {
        return replica;
    }

    Child primary() {
        return primary;
    }

    /** How many seconds an initial copy takes, connection and all, into an empty store. */
    double copy(Path image) throws IOException {
        String machine = "copy-" + copies++;
        replica.ask("empty");
        double before = processorSeconds(primary);
        double replicaBefore = processorSeconds(replica);
        double seconds = primary.seconds("copy", machine, image.toString());
        Benchmarks.say(
                "    processor time: primary %.2f s, replica %.2f s",
                processorSeconds(primary) - before, processorSeconds(replica) - replicaBefore);
        requireSuite();
        if (copies == 1) {
            requireEqual(machine, image);
        }
        return seconds;
    }

    private static double processorSeconds(Child child) {
        return child.processorTime().toMillis() / 1e3;
    }

    /** @throws Refusal where the other side's cipher suite is not used */
    private void requireSuite() throws IOException {
        String suites = replica.ask("suites");
        if (!suites.equals(Settings.CIPHER_SUITE)) {
            throw new Refusal("the replica's connections use " + suites + ", not " + Settings.CIPHER_SUITE + ".");
        }
    }

    /** @throws Refusal where the replica's content is not the image's */
    void requireEqual(String machine, Path image) throws IOException {
        try (InputStream content = Files.newInputStream(image)) {
            String here = Folders.crc(content);
            String there = replica.ask("crc", machine, "disk");
            if (!here.equals(there)) {
                throw new Refusal(machine + " is not equal to " + image + ": CRC32C " + there + ", not " + here + ".");
            }
        }
    }

    @Override
    public void close() {
        primary.close();
        replica.close();
    }
}
