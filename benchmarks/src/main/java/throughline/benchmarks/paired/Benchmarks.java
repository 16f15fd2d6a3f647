package throughline.benchmarks.paired;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures replication and middleboxes beside others, and whether replication survives kill -9: {@code Benchmarks [NAME…] [--OPTION=VALUE…]}. All
 * measurements but the kill rounds where none is named. Exit code 1 says that a target was missed, 2 that something is
 * missing on this machine.
 */
final class Benchmarks {
    private static final Map<String, Measurement> ALL = new LinkedHashMap<>();

    static {
        ALL.put("tmpfs", Copies::onMemory);
        ALL.put("disk", Copies::onDisk);
        ALL.put("bare", Copies::besideBareSocket);
        ALL.put("tunnel", Copies::throughTunnel);
        ALL.put("sparse", Copies::sparse);
        ALL.put("untracked", Changes::untracked);
        ALL.put("tracked", Changes::tracked);
        ALL.put("memory", Limits::memory);
        ALL.put("machines", Limits::machines);
        ALL.put("box-relay", Boxes::relay);
        ALL.put("box-tunnel", Boxes::tunnel);
        ALL.put("box-inspector", Boxes::inspector);
        ALL.put("box-idle", Boxes::idle);
        ALL.put("kill", KillRounds::run);
    }

    private Benchmarks() {}

    /** One line of the table, or several. */
    interface Measurement {
        List<Paired.Row> run(Settings settings) throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        try {
            List<String> names = new ArrayList<>();
            Settings settings = Settings.parse(List.of(arguments), names);
            System.exit(run(names, settings) ? 0 : 1);
        } catch (Refusal e) {
            say("%s", String.valueOf(e.getMessage()));
            System.exit(2);
        }
    }

    private static boolean run(List<String> names, Settings settings) throws Exception {
        List<String> wanted = new ArrayList<>(names);
        if (wanted.isEmpty()) {
            wanted.addAll(ALL.keySet());
            wanted.remove("kill");
        }
        for (String name : wanted) {
            if (!ALL.containsKey(name)) {
                throw new Refusal(name + " is no measurement; accepted are " + String.join(" ", ALL.keySet()) + ", and "
                        + Settings.accepted() + ".");
            }
        }
        say(
                "Java %s, %d processors, %s",
                Runtime.version(), Runtime.getRuntime().availableProcessors(), settings);
        List<Paired.Row> rows = new ArrayList<>();
        for (String name : wanted) {
            say("%s:", name);
            for (Paired.Row row : ALL.getOrDefault(name, ignored -> List.of()).run(settings)) {
                rows.add(row);
                say("%s", row);
            }
        }
        say("%n%s", Paired.Row.HEAD);
        rows.forEach(row -> say("%s", row));
        return rows.stream().allMatch(row -> row.ratio() >= row.target());
    }

    @SuppressWarnings("SystemOut") // a command: this is what it is run for
    static void say(String format, Object... arguments) {
        System.out.println(String.format(Locale.ROOT, format, arguments));
    }

    /** A folder of its own that is gone afterwards. */
    static <T> T in(Path parent, Work<T> work) throws Exception {
        if (!Files.isWritable(parent)) {
            throw new Refusal(parent + " is no folder that can be written to; --memory and --disk name others.");
        }
        Path folder = Files.createTempDirectory(parent, "throughline-benchmark-");
        Thread cleaning = new Thread(() -> {
            // Interrupted: what is still running would go on writing.
            ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
            clean(folder);
        });
        Runtime.getRuntime().addShutdownHook(cleaning);
        try {
            return work.in(folder);
        } finally {
            clean(folder);
            Runtime.getRuntime().removeShutdownHook(cleaning);
        }
    }

    private static void clean(Path folder) {
        try {
            Folders.delete(folder);
        } catch (java.io.IOException e) {
            say("%s could not be deleted: %s", folder, e);
        }
    }

    /** What is done in a folder. */
    interface Work<T> {
        T in(Path folder) throws Exception;
    }
}
