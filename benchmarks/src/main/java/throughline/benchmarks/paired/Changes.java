package throughline.benchmarks.paired;

import java.nio.file.Path;
import java.util.List;
import throughline.benchmarks.paired.Paired.Row;

/** Cycles after the initial copy. */
final class Changes {
    private static final long LARGE = 8L << 30;
    private static final String MACHINE = "machine";

    /** An even number, so that turns are taken as before. */
    private static final int AGAIN = 100;

    private Changes() {}

    /** Nobody has noted what changed: both sides have to find out. */
    static List<Row> untracked(Settings settings) throws Exception {
        return Benchmarks.in(settings.memory(), folder -> {
            LabFiles files = LabFiles.write(folder.resolve("lab"));
            Path image = folder.resolve("image");
            Image.dense(image, settings.bytes(), settings.seed());
            try (RsyncTunnel rsync = RsyncTunnel.start(files, folder);
                    Ours ours = Ours.start(files, folder, List.of())) {
                ours.primary().ask("open", MACHINE, image.toString());
                ours.primary().ask("cycle", MACHINE);
                rsync.update(image);
                Row row = Paired.run(
                        settings.mebibytes() + " MiB with 1 % of its blocks changed, untracked, beside rsync --inplace"
                                + " through stunnel",
                        3,
                        settings,
                        round -> {
                            changeOnce(image, settings, round, true);
                            return ours.primary().seconds("cycle", MACHINE);
                        },
                        round -> {
                            changeOnce(image, settings, round, false);
                            return rsync.update(image);
                        });
                Row first = Paired.run(
                        "the same, each a primary's first cycle, which remembers nothing",
                        3,
                        settings,
                        round -> {
                            changeOnce(image, settings, AGAIN + round, true);
                            return ours.primary().seconds("copy", MACHINE, image.toString());
                        },
                        round -> {
                            changeOnce(image, settings, AGAIN + round, false);
                            return rsync.update(image);
                        });
                rsync.compare(image);
                ours.requireEqual(MACHINE, image);
                return List.of(row, first);
            }
        });
    }

    /** Whoever comes first in a round changes the image for both. */
    private static void changeOnce(Path image, Settings settings, int round, boolean ours) throws Exception {
        boolean oursFirst = Math.floorMod(round, 2) == 0;
        if (ours == oursFirst) {
            Image.change(image, onePercent(settings.bytes()), settings.seed() + 1000 + round);
        }
    }

    /** The writer's side knows what changed: as many changes cost the same on a disk eight times as large. */
    static List<Row> tracked(Settings settings) throws Exception {
        return Benchmarks.in(settings.memory(), folder -> {
            LabFiles files = LabFiles.write(folder.resolve("lab"));
            Path small = folder.resolve("small");
            Path large = folder.resolve("large");
            Image.sparse(small, settings.bytes(), settings.bytes() / 4, settings.seed());
            Image.sparse(large, LARGE, settings.bytes() / 4, settings.seed());
            try (Ours ours = Ours.start(files, folder, List.of())) {
                for (Path image : List.of(small, large)) {
                    ours.primary().ask("track", image.getFileName().toString(), image.toString());
                    ours.primary().ask("cycle", image.getFileName().toString());
                }
                String blocks = String.valueOf(onePercent(settings.bytes()));
                Row row = Paired.run(
                        "tracked: 8 GiB, beside " + settings.mebibytes() + " MiB, with " + blocks
                                + " changed blocks each (other = ours too)",
                        0.8,
                        settings,
                        round -> cycle(ours, large, blocks, round),
                        round -> cycle(ours, small, blocks, round));
                ours.requireEqual("small", small);
                ours.requireEqual("large", large);
                return List.of(row);
            }
        });
    }

    private static double cycle(Ours ours, Path image, String blocks, int round) throws Exception {
        String machine = image.getFileName().toString();
        ours.primary().ask("write", machine, blocks, String.valueOf(5000 + round));
        return ours.primary().seconds("cycle", machine);
    }

    private static long onePercent(long bytes) {
        return bytes / Image.BLOCK / 100;
    }
}
