package throughline.benchmarks.paired;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import throughline.protocol.RefusedException;

/**
 * A JVM of its own that is told what to do in lines, and answers each with one. It ends when nobody can tell it anything
 * any more.
 */
final class Child implements AutoCloseable {
    private static final String DONE = "done";
    private static final String FAILED = "failed";

    private final String name;
    private final Process process;
    private final BufferedWriter in;
    private final BufferedReader out;

    private Child(String name, Process process) {
        this.name = name;
        this.process = process;
        this.in = process.outputWriter(StandardCharsets.UTF_8);
        this.out = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts the class's main method in the same Java with the same class path. What it says of errors is seen here. */
    static Child start(Class<?> main, List<String> options, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        return new Child(main.getSimpleName(), builder.start());
    }

    /**
     * Tells it one thing and waits for the answer.
     *
     * @throws Refusal when it could not do that
     * @throws IOException when it has ended
     */
    String ask(String... words) throws IOException {
        tell(words);
        return answer();
    }

    void tell(String... words) throws IOException {
        in.write(String.join(" ", words));
        in.newLine();
        in.flush();
    }

    String answer() throws IOException {
        String line = out.readLine();
        if (line == null) {
            throw new IOException(name + " has ended");
        }
        if (!line.startsWith(DONE)) {
            throw new Refusal(name + ": " + line);
        }
        return line.substring(DONE.length()).strip();
    }

    double seconds(String... words) throws IOException {
        return Double.parseDouble(ask(words));
    }

    long pid() {
        return process.pid();
    }

    Duration processorTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** The most memory that it ever had, in MiB, as Linux counts it; 0 where nobody counts. */
    long peakMemory() throws IOException {
        Path status = Path.of("/proc/" + pid() + "/status");
        if (!Files.isReadable(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
                .findFirst()
                .orElse(0);
    }

    /** As {@code kill -9} does. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void close() {
        Programs.end(process);
    }

    /** What a child does with the words of a line; what it returns is the answer. */
    interface Listener {
        String told(String command, List<String> arguments) throws Exception;
    }

    /** The other end: does as told until nobody tells any more. */
    static void listen(Listener listener) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            List<String> words = List.of(line.split(" "));
            say(answer(listener, words));
        }
    }

    @SuppressWarnings("SystemOut") // the parent reads it
    static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static String answer(Listener listener, List<String> words) {
        try {
            return DONE + " " + listener.told(words.get(0), words.subList(1, words.size()));
        } catch (Exception e) {
            if (!(e instanceof RefusedException)) {
                e.printStackTrace();
            }
            return FAILED + " " + words.get(0) + ": " + String.valueOf(e).replace('\n', ' ');
        }
    }
}
