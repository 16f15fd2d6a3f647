package throughline.benchmarks.paired;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a run is told.
 *
 * @param memory a folder on tmpfs
 * @param disk a folder on a real disk
 * @param rounds measured rounds of each side
 * @param warmUp rounds of each side before them
 * @param mebibytes of the image that is copied
 * @param kills rounds of kill -9
 * @param seed of everything that is chosen by chance
 */
record Settings(Path memory, Path disk, int rounds, int warmUp, long mebibytes, int kills, long seed) {
    static final String CIPHER_SUITE = "TLS_AES_256_GCM_SHA384";

    private static final Map<String, String> DEFAULTS = Map.of(
            "memory", "/dev/shm",
            "disk", "/var/tmp",
            "rounds", "5",
            "warm-up", "2",
            "mebibytes", "1024",
            "kills", "200",
            "seed", "1");

    /** The words that are no options are left in {@code rest}. */
    static Settings parse(List<String> arguments, List<String> rest) {
        Map<String, String> values = new TreeMap<>(DEFAULTS);
        for (String argument : arguments) {
            String[] parts = argument.split("=", 2);
            if (!argument.startsWith("--")) {
                rest.add(argument);
            } else if (parts.length < 2 || values.replace(parts[0].substring(2), parts[1]) == null) {
                throw new Refusal(argument + " is no option; accepted are " + accepted() + ".");
            }
        }
        return new Settings(
                Path.of(text(values, "memory")),
                Path.of(text(values, "disk")),
                Math.toIntExact(number(values, "rounds")),
                Math.toIntExact(number(values, "warm-up")),
                number(values, "mebibytes"),
                Math.toIntExact(number(values, "kills")),
                number(values, "seed"));
    }

    static String accepted() {
        List<String> options = new ArrayList<>();
        new TreeMap<>(DEFAULTS).forEach((name, value) -> options.add("--" + name + "=" + value));
        return String.join(" ", options);
    }

    long bytes() {
        return mebibytes << 20;
    }

    private static String text(Map<String, String> values, String name) {
        return values.getOrDefault(name, "");
    }

    private static long number(Map<String, String> values, String name) {
        String value = text(values, name);
        if (!value.matches("\\d{1,18}")) {
            throw new Refusal("--" + name + "=" + value + "; accepted is a number.");
        }
        return Long.parseLong(value);
    }
}
