package throughline.benchmarks.paired;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import throughline.benchmarks.paired.Paired.Row;

/** Initial copies. */
final class Copies {
    private static final long SPARSE_SIZE = 16L << 30;
    private static final long SPARSE_DATA = 256L << 20;

    private Copies() {}

    static List<Row> onMemory(Settings settings) throws Exception {
        return Benchmarks.in(settings.memory(), folder -> {
            LabFiles files = LabFiles.write(folder.resolve("lab"));
            Path image = image(settings, folder);
            try (Nginx nginx = Nginx.start(files, folder);
                    Ours ours = Ours.start(files, folder, List.of())) {
                return List.of(Paired.run(
                        size(settings) + " to tmpfs, beside curl -T to nginx",
                        1.5,
                        settings,
                        round -> ours.copy(image),
                        round -> nginx.put(image)));
            }
        });
    }

    /** The sync of a round is not left to the next one. */
    static List<Row> onDisk(Settings settings) throws Exception {
        return Benchmarks.in(settings.disk(), folder -> {
            LabFiles files = LabFiles.write(folder.resolve("lab"));
            Path image = image(settings, folder);
            String sync = Programs.find("sync", "coreutils");
            Programs.seconds(List.of(sync));
            try (Nginx nginx = Nginx.start(files, folder);
                    Ours ours = Ours.start(files, folder, List.of())) {
                return List.of(Paired.run(
                        size(settings) + " to a disk, everything forced, beside curl -T to nginx and sync of the file",
                        1,
                        settings,
                        round -> {
                            Programs.seconds(List.of(sync, "-f", folder.toString()));
                            return ours.copy(image);
                        },
                        round -> {
                            Programs.seconds(List.of(sync, "-f", folder.toString()));
                            return nginx.putForced(image);
                        }));
            }
        });
    }

    static List<Row> besideBareSocket(Settings settings) throws Exception {
        return Benchmarks.in(settings.memory(), folder -> {
            LabFiles files = LabFiles.write(folder.resolve("lab"));
            Path image = image(settings, folder);
            String lab = files.folder().toString();
            try (Ours ours = Ours.start(files, folder, List.of());
                    Child server = Child.start(BareMain.class, List.of(), lab);
                    Child client = Child.start(BareMain.class, List.of(), lab)) {
                String port = server.ask("serve");
                return List.of(Paired.run(
                        size(settings)
                                + " to tmpfs, beside a JSSE socket that moves as many bytes from memory to nowhere",
                        0.6,
                        settings,
                        round -> ours.copy(image),
                        round -> client.seconds("send", port, String.valueOf(settings.bytes()))));
            }
        });
    }

    /** What a proxy costs that does nothing but pass bytes: it runs in this process, and its own work counts. */
    static List<Row> throughTunnel(Settings settings) throws Exception {
        return Benchmarks.in(settings.memory(), folder -> {
            LabFiles files = LabFiles.write(folder.resolve("lab"));
            Path image = image(settings, folder);
            Path one = Files.createDirectory(folder.resolve("through"));
            Path other = Files.createDirectory(folder.resolve("direct"));
            try (ConnectTunnel tunnel = new ConnectTunnel();
                    Ours through = Ours.start(files, one, List.of(), List.of("-Dbenchmark.proxy=" + tunnel.url()));
                    Ours direct = Ours.start(files, other, List.of())) {
                Row row = Paired.run(
                        size(settings) + " to tmpfs, through a CONNECT tunnel, beside the same directly (other = ours"
                                + " too)",
                        0.9,
                        settings,
                        round -> through.copy(image),
                        round -> direct.copy(image));
                if (tunnel.opened() == 0) {
                    throw new Refusal("nothing went through the tunnel.");
                }
                return List.of(row);
            }
        });
    }

    static List<Row> sparse(Settings settings) throws Exception {
        return Benchmarks.in(settings.memory(), folder -> {
            LabFiles files = LabFiles.write(folder.resolve("lab"));
            Path dense = folder.resolve("dense");
            Path sparse = folder.resolve("sparse");
            Image.dense(dense, SPARSE_DATA, settings.seed());
            Image.sparse(sparse, SPARSE_SIZE, SPARSE_DATA, settings.seed());
            try (Ours ours = Ours.start(files, folder, List.of())) {
                return List.of(Paired.run(
                        "16 GiB with 256 MiB of data, beside a full image of 256 MiB (other = ours too)",
                        0.8,
                        settings,
                        round -> ours.copy(sparse),
                        round -> ours.copy(dense)));
            }
        });
    }

    private static Path image(Settings settings, Path folder) throws Exception {
        Path image = folder.resolve("image");
        Image.dense(image, settings.bytes(), settings.seed());
        return image;
    }

    private static String size(Settings settings) {
        return String.format(Locale.ROOT, "initial copy of %d MiB, incompressible,", settings.mebibytes());
    }
}
