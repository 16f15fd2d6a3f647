package throughline.primary;

import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A proxy that is installed on this machine, running on loopback for one test. */
final class InstalledProxy implements AutoCloseable {
    private final Process process;
    private final Path output;

    private InstalledProxy(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** The program's path; the test is skipped where it is not installed. */
    static Path program(String name, String debianPackage) {
        Optional<Path> found = Arrays.stream((System.getenv("PATH") + ":/usr/sbin:/sbin").split(":", -1))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
        assumeThat(found)
                .as(name + " is not installed (Debian package " + debianPackage + ")")
                .isPresent();
        return found.orElseThrow();
    }

    /** Returns when something listens on the port. */
    static InstalledProxy start(Path folder, int port, String... command) throws IOException {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(output.toFile())
                .start();
        InstalledProxy proxy = new InstalledProxy(process, output);
        try {
            Await.until(command[0] + " listens", () -> proxy.listens(port));
        } catch (AssertionError | RuntimeException e) {
            proxy.close();
            throw e;
        }
        return proxy;
    }

    /** One that nobody uses now: these programs take no port 0. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean listens(int port) {
        if (!process.isAlive()) {
            fail("it ended: " + printed());
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private String printed() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
