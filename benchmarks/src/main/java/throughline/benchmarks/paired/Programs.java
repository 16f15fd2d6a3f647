package throughline.benchmarks.paired;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Other people's programs: where they are, and how they are run. */
final class Programs {
    private static final long LONGEST_START_SECONDS = 20;
    private static final int PAUSE_MILLISECONDS = 20;

    private Programs() {}

    /**
     * Its path; also where only root has it on the path.
     *
     * @throws Refusal naming the package of Debian that brings it
     */
    static String find(String program, String debianPackage) {
        Stream<String> folders = Stream.concat(
                Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)),
                Stream.of("/usr/sbin", "/sbin"));
        return folders.map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() ->
                        new Refusal(program + " is missing; on Debian the package " + debianPackage + " brings it."))
                .toString();
    }

    /** Runs it to its end and returns how many seconds that took. */
    static double seconds(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("throughline-benchmark-", ".out");
        try {
            long begin = System.nanoTime();
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            int code = process.waitFor();
            double seconds = (System.nanoTime() - begin) / 1e9;
            if (code != 0) {
                throw new Refusal(command.get(0) + " ended with " + code + ": "
                        + Files.readString(output).strip());
            }
            return seconds;
        } finally {
            Files.delete(output);
        }
    }

    /** Starts a server and waits until it takes connections on the loopback address. */
    static Process serve(List<String> command, Path output, int port) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_START_SECONDS);
        while (!isOpen(port)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                end(process);
                throw new Refusal(command.get(0) + " does not listen on port " + port + ": "
                        + Files.readString(output).strip());
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLISECONDS);
        }
        return process;
    }

    /** Politely, and if that does not do, not. Those that it started end with it. */
    static void end(Process process) {
        List<ProcessHandle> family = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        process.destroy();
        try {
            if (!process.waitFor(LONGEST_START_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        family.forEach(ProcessHandle::destroyForcibly);
    }

    /** A port that was free a moment ago. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean isOpen(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }
}
