package throughline.benchmarks.paired;

import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import throughline.benchmarks.paired.Paired.Row;

/** What the imitated middleboxes let through, beside real ones. */
final class Boxes {
    private static final int IDLE = 2000;
    private static final String INSPECTOR = "inspector";

    private Boxes() {}

    static List<Row> relay(Settings settings) throws Exception {
        return passing(settings, "relay", false);
    }

    static List<Row> tunnel(Settings settings) throws Exception {
        return passing(settings, "tunnel", true);
    }

    private static List<Row> passing(Settings settings, String kind, boolean byConnect) throws Exception {
        return Benchmarks.in(settings.memory(), folder -> {
            Path file = folder.resolve("image");
            Image.dense(file, settings.bytes() / 2, settings.seed());
            try (Traffic traffic = new Traffic();
                    RunningBox ours = RunningBox.ours(folder, kind, "--to", "127.0.0.1:" + traffic.port());
                    RunningBox tinyproxy = RunningBox.tinyproxy(folder);
                    RunningBox haproxy = RunningBox.haproxy(folder, traffic.port())) {
                String what = "4 streams of " + (settings.mebibytes() / 2) + " MiB through a " + kind + ", beside ";
                return List.of(
                        Paired.run(
                                what + "tinyproxy",
                                1.5,
                                settings,
                                round -> traffic.through(ours.port(), byConnect, file),
                                round -> traffic.through(tinyproxy.port(), true, file)),
                        Paired.run(
                                what + "HAProxy in TCP mode",
                                1,
                                settings,
                                round -> traffic.through(ours.port(), byConnect, file),
                                round -> traffic.through(haproxy.port(), false, file)));
            }
        });
    }

    static List<Row> inspector(Settings settings) throws Exception {
        return Benchmarks.in(settings.memory(), folder -> {
            LabFiles files = LabFiles.write(folder.resolve("lab"));
            Path image = folder.resolve("image");
            Image.dense(image, settings.bytes(), settings.seed());
            try (Nginx nginx = Nginx.withoutClientCertificates(files, folder);
                    RunningBox ours = RunningBox.ours(
                            folder, INSPECTOR, "--trust", files.authority().toString());
                    RunningBox mitmproxy = RunningBox.mitmproxy(folder, files);
                    RunningBox squid = RunningBox.squid(folder, files)) {
                String what = settings.mebibytes() + " MiB through an inspector, ";
                return List.of(
                        Paired.run(
                                what + "curl -T to nginx, beside mitmproxy, streaming",
                                2,
                                settings,
                                round -> put(nginx, image, ours),
                                round -> put(nginx, image, mitmproxy)),
                        Paired.run(
                                what + "curl from nginx, beside mitmproxy, streaming",
                                2,
                                settings,
                                round -> get(nginx, image, ours),
                                round -> get(nginx, image, mitmproxy)),
                        // squid 5.7 drops most uploads of this size behind its 100 Continue.
                        Paired.run(
                                what + "curl from nginx, beside squid, bumping",
                                1,
                                settings,
                                round -> get(nginx, image, ours),
                                round -> get(nginx, image, squid)));
            }
        });
    }

    private static double put(Nginx nginx, Path image, RunningBox box) throws Exception {
        double before = box.processorSeconds();
        double seconds = nginx.put(image, box.proxy());
        Benchmarks.say("    the box used %.2f s of processor time", box.processorSeconds() - before);
        return seconds;
    }

    private static double get(Nginx nginx, Path image, RunningBox box) throws Exception {
        double before = box.processorSeconds();
        double seconds = nginx.get(image, box.proxy());
        Benchmarks.say("    the box used %.2f s of processor time", box.processorSeconds() - before);
        return seconds;
    }

    /** They are all open at once, and one more still carries bytes. */
    static List<Row> idle(Settings settings) throws Exception {
        return Benchmarks.in(settings.memory(), folder -> {
            Path file = folder.resolve("image");
            Image.dense(file, 1 << 20, settings.seed());
            List<SocketChannel> open = new ArrayList<>();
            try (Traffic traffic = new Traffic();
                    RunningBox ours = RunningBox.ours(folder, "tunnel", "--to", "127.0.0.1:" + traffic.port())) {
                double first = traffic.through(ours.port(), true, file);
                long threads = ours.status("Threads");
                long resident = ours.status("VmRSS");
                for (int i = 0; i < IDLE; i++) {
                    open.add(traffic.enter(ours.port(), true));
                }
                double then = traffic.through(ours.port(), true, file);
                String what = String.format(
                        Locale.ROOT,
                        "%d idle tunnels: %d threads (%d without), %d MiB resident (%d without)",
                        IDLE,
                        ours.status("Threads"),
                        threads,
                        ours.status("VmRSS") >> 10,
                        resident >> 10);
                return List.of(new Row(
                        what,
                        String.format(Locale.ROOT, "%.3f", then),
                        String.format(Locale.ROOT, "%.3f", first),
                        1,
                        1,
                        String.format(Locale.ROOT, "%.1f", Figures.load())));
            } finally {
                for (SocketChannel channel : open) {
                    channel.close();
                }
            }
        });
    }
}
