package throughline.benchmarks.paired;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import throughline.benchmarks.paired.Paired.Row;

/** What has to be enough. The ratio of these lines is 1 where it was. */
final class Limits {
    private static final List<String> SMALL_HEAP = List.of("-Xmx64m");
    private static final long SIZE = 16L << 30;
    private static final long DATA = 512L << 20;
    private static final int MACHINES = 1000;
    private static final String MACHINE = "machine";

    private Limits() {}

    /** Initial copy and a cycle of an untracked disk of 16 GiB, 64 MiB of heap on either side. */
    static List<Row> memory(Settings settings) throws Exception {
        return Benchmarks.in(settings.memory(), folder -> {
            LabFiles files = LabFiles.write(folder.resolve("lab"));
            Path image = folder.resolve("image");
            Image.sparse(image, SIZE, DATA, settings.seed());
            try (Ours ours = Ours.start(files, folder, SMALL_HEAP)) {
                ours.primary().ask("open", MACHINE, image.toString());
                double copy = ours.primary().seconds("cycle", MACHINE);
                Image.change(image, 100, settings.seed() + 1);
                double cycle = ours.primary().seconds("cycle", MACHINE);
                ours.requireEqual(MACHINE, image);
                String peaks = String.format(
                        Locale.ROOT,
                        "resident at most: replica %d MiB, primary %d MiB",
                        ours.replica().peakMemory(),
                        ours.primary().peakMemory());
                return List.of(
                        works("-Xmx64m on both sides, 16 GiB with 512 MiB of data: initial copy; " + peaks, copy),
                        works("the same: next cycle, untracked, 100 blocks changed", cycle));
            }
        });
    }

    /** An initial copy of 1 MiB and a change of one block each, all at once. */
    static List<Row> machines(Settings settings) throws Exception {
        return Benchmarks.in(settings.memory(), folder -> {
            LabFiles files = LabFiles.write(folder.resolve("lab"));
            try (Ours ours = Ours.start(files, folder, SMALL_HEAP, List.of())) {
                double seconds = ours.primary().seconds("many", String.valueOf(MACHINES));
                String arrived = ours.replica().ask("machines");
                if (!arrived.equals(String.valueOf(MACHINES))) {
                    throw new Refusal(arrived + " of " + MACHINES + " machines have arrived.");
                }
                String peaks = "replica at most " + ours.replica().ask("peaks") + ", "
                        + ours.replica().peakMemory() + " MiB resident";
                return List.of(works(
                        MACHINES + " machines at once, 1 MiB and then one block each, replica with -Xmx64m; " + peaks,
                        seconds));
            }
        });
    }

    private static Row works(String what, double seconds) {
        return new Row(
                what,
                String.format(Locale.ROOT, "%.2f", seconds),
                "",
                1,
                1,
                String.format(Locale.ROOT, "%.1f", Figures.load()));
    }
}
