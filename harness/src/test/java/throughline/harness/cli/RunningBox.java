package throughline.harness.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.util.stream.Stream;

/** The command {@code middlebox} in this process, until it is closed. */
final class RunningBox implements AutoCloseable {
    private final StringWriter complaints = new StringWriter();
    private final Thread thread;
    private final BufferedReader printed;
    private final String greeting;

    /** Returns when it listens. */
    RunningBox(String... arguments) throws IOException {
        PipedReader end = new PipedReader(1 << 16);
        PrintWriter out = new PrintWriter(new PipedWriter(end), true);
        String[] command =
                Stream.concat(Stream.of("middlebox"), Stream.of(arguments)).toArray(String[]::new);
        thread = new Thread(() -> {
            Main.run(out, new PrintWriter(complaints, true), command);
            out.close();
        });
        thread.setDaemon(true);
        thread.start();
        printed = new BufferedReader(end);
        String line = printed.readLine();
        if (line == null) {
            throw new IOException(complaints.toString());
        }
        greeting = line;
    }

    String greeting() {
        return greeting;
    }

    /** Its next line, once it has printed one. */
    String line() throws IOException {
        return String.valueOf(printed.readLine());
    }

    int port() {
        return Integer.parseInt(greeting.replaceAll("^[^:]*:(\\d+).*", "$1"));
    }

    Socket dial() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
