package throughline.benchmarks.paired;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A JVM that says what it does, line by line, and is not asked. */
final class Talker {
    private static final int LONGEST_SILENCE_SECONDS = 120;
    private static final String END = "end of what it says";

    private final Optional<Process> process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private Talker(Optional<Process> process) {
        this.process = process;
    }

    /** One that has ended. */
    static Talker none() {
        return new Talker(Optional.empty());
    }

    static Talker start(Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Talker talker = new Talker(Optional.of(process));
        Thread reader = new Thread(() -> talker.read(process), "talker-" + process.pid());
        reader.setDaemon(true);
        reader.start();
        return talker;
    }

    boolean isAlive() {
        return process.filter(Process::isAlive).isPresent();
    }

    /**
     * Waits for a line with this word and a number that is as high.
     *
     * @throws Refusal when none comes
     */
    void await(String word, long least) throws InterruptedException {
        while (true) {
            String line = lines.poll(LONGEST_SILENCE_SECONDS, TimeUnit.SECONDS);
            if (line == null || line.equals(END) || line.startsWith("failed")) {
                throw new Refusal("the primary does not get to \"" + word + " " + least + "\": "
                        + (line == null ? "it says nothing any more" : line) + ".");
            }
            String[] words = line.split(" ", -1);
            if (words[0].equals(word) && (words.length < 2 || Long.parseLong(words[1]) >= least)) {
                return;
            }
        }
    }

    /** What it has said so far. */
    void forget() {
        lines.removeIf(line -> !line.equals(END));
    }

    /** As {@code kill -9} does; returns when it is gone. */
    void kill() {
        process.ifPresent(Process::destroyForcibly);
        process.ifPresent(killed -> killed.onExit().join());
    }

    /** Lets it end what it is doing. */
    void stop() throws IOException, InterruptedException {
        Process ending = process.orElseThrow();
        ending.getOutputStream().write('\n');
        ending.getOutputStream().flush();
        await("stopped", 0);
        ending.waitFor();
    }

    private void read(Process from) {
        try (BufferedReader reader = from.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            // Killed.
        }
        lines.add(END);
    }
}
