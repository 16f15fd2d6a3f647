package throughline.harness.lab;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Programs that are installed here, each with ten seconds at most and a few lines of output. */
final class SystemCommands implements Commands {
    private static final long LONGEST_SECONDS = 10;

    /** Where Debian has ip and nft; the search path of a user who is not root often lacks them. */
    private static final List<String> SYSTEM_FOLDERS = List.of("/usr/sbin", "/sbin");

    @Override
    public boolean has(String program) {
        return find(program).isPresent();
    }

    @Override
    public Outcome run(List<String> command, String input) {
        Optional<String> program = find(command.get(0));
        if (program.isEmpty()) {
            return new Outcome(NOT_FOUND, command.get(0) + " is not installed");
        }
        List<String> words = new ArrayList<>(command);
        words.set(0, program.get());
        try {
            return run(new ProcessBuilder(words).redirectErrorStream(true), input);
        } catch (IOException failed) {
            return new Outcome(NOT_FOUND, String.valueOf(failed.getMessage()));
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
            return new Outcome(NOT_FOUND, command.get(0) + " was interrupted");
        }
    }

    private static Outcome run(ProcessBuilder builder, String input) throws IOException, InterruptedException {
        // The lock of the old iptables would be a file of the machine's; here nobody else is to be kept out.
        builder.environment().put("XTABLES_LOCKFILE", "/dev/null");
        Process process = builder.start();
        try {
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException endedBefore) {
                // Its output says why.
            }
            if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
                return new Outcome(NOT_FOUND, builder.command().get(0) + " did not end");
            }
            byte[] said = process.getInputStream().readAllBytes();
            return new Outcome(
                    process.exitValue(),
                    new String(said, StandardCharsets.UTF_8).strip().replace('\n', ' '));
        } finally {
            process.destroyForcibly();
        }
    }

    /** The path of a program. */
    static Optional<String> find(String program) {
        String searched = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.concat(Arrays.stream(searched.split(File.pathSeparator)), SYSTEM_FOLDERS.stream())
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }
}
