package throughline.harness.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/** A program for processes of their own: does something with labs and prints what came of it. */
final class LabProbe {
    /** How temporary files of it are called. */
    static final String FILES = "throughline-lab-probe-";

    private static final int PORT = 443;
    private static final int LIMIT = (int) Duration.ofSeconds(10).toMillis();

    private LabProbe() {}

    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "facts" -> facts();
            case "brief" -> NetworkLab.open().close();
            case "hold" -> hold();
            case "outer" -> System.exit(LabProcess.rerun(LabProbe.class.getName(), List.of(arguments[1])));
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        say("done", "");
    }

    private static void facts() throws Exception {
        say("network", LabProcess.network());
        say("isolated", LabProcess.isolated());
        say("links before", links());
        say("a part refused", refused());
        say("links after a part was refused", links());
        try (NetworkLab lab = NetworkLab.open();
                NetworkLab other = NetworkLab.open()) {
            say("addresses", lab.primary() + " " + other.primary());
            say("links", links());
            say("routes of the primary", routes());
            say("routes of the router", lab.onRouter(LabProbe::routes));
            say("routes of the replica", lab.onReplica(LabProbe::routes));
            say("routes of a thread that the router started", lab.onRouter(LabProbe::routesOfAnotherThread));
            say("routes of a program that the router started", routesOfAProgram(lab));
            say(
                    "forwarding of the primary",
                    Files.readString(Path.of("/proc/sys/net/ipv4/ip_forward")).strip());
            say("the replica sees", senderAtReplica(lab, lab.replica()));
            say("the other replica sees", senderAtReplica(other, other.replica()));
            say("the router to another replica", lab.onRouter(() -> reached(other.replica())));
            say("turned round", senderAtBox(lab));
            say("box to replica", lab.onRouter(() -> senderAtReplica(lab, lab.replica())));
        }
        say("links after", links());
        say("threads after", threads());
    }

    /** The third of the four batches fails, which is the replica's. */
    private static String refused() {
        Commands system = new SystemCommands();
        int[] batches = {0};
        Commands failing = new Commands() {
            @Override
            public boolean has(String program) {
                return system.has(program);
            }

            @Override
            public Outcome run(List<String> command, String input) {
                boolean fails = command.contains("-batch") && ++batches[0] == 3;
                return fails ? new Outcome(1, "no more links") : system.run(command, input);
            }
        };
        try (NetworkLab lab = NetworkLab.open(failing)) {
            return "open at " + lab.primary();
        } catch (LabUnavailableException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static void hold() throws Exception {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> say("ended in order", "")));
        try (NetworkLab lab = NetworkLab.open()) {
            lab.startOnRouter(new ProcessBuilder("sleep", "600"));
            Files.createTempFile(FILES, "");
            say("open", "");
            new CountDownLatch(1).await();
        }
    }

    private static String senderAtReplica(NetworkLab lab, InetAddress to) {
        try (ServerSocket replica = lab.onReplica(() -> listen(to, PORT));
                Socket client = new Socket()) {
            client.connect(new InetSocketAddress(to, PORT), LIMIT);
            try (Socket accepted = replica.accept()) {
                return accepted.getInetAddress().getHostAddress();
            }
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static String senderAtBox(NetworkLab lab) {
        try (ServerSocket box = lab.onRouter(() -> listen(lab.router(), 0))) {
            lab.redirect(PORT, box.getLocalPort());
            try (Socket client = new Socket()) {
                client.connect(new InetSocketAddress(lab.replica(), PORT), LIMIT);
                try (Socket accepted = box.accept()) {
                    return accepted.getInetAddress().getHostAddress();
                }
            }
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static String reached(InetAddress replica) {
        try (Socket client = new Socket()) {
            client.connect(new InetSocketAddress(replica, PORT), LIMIT);
            return "connected";
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static ServerSocket listen(InetAddress address, int port) {
        try {
            ServerSocket listener = new ServerSocket();
            listener.setSoTimeout(LIMIT);
            listener.bind(new InetSocketAddress(address, port));
            return listener;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Destination and link of every route, the destination as the kernel writes it: in hexadecimal, last byte first. */
    private static String routes() {
        return lines("/proc/thread-self/net/route").stream()
                .skip(1)
                .map(line -> line.strip().split("\\s+", -1))
                .map(fields -> fields[1] + " " + fields[0])
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static String routesOfAnotherThread() {
        String[] seen = {""};
        Thread thread = new Thread(() -> seen[0] = routes());
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return seen[0];
    }

    private static String routesOfAProgram(NetworkLab lab) throws IOException {
        Process program = lab.startOnRouter(new ProcessBuilder("cat", "/proc/self/net/route"));
        return new String(program.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                .lines()
                .skip(1)
                .map(line -> line.strip().split("\\s+", -1))
                .map(fields -> fields[1] + " " + fields[0])
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static String links() {
        return String.join(
                " ",
                new TreeSet<>(lines("/proc/thread-self/net/dev").stream()
                        .filter(line -> line.contains(":"))
                        .map(line -> line.substring(0, line.indexOf(':')).strip())
                        .toList()));
    }

    private static String threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("throughline-"))
                .collect(Collectors.joining(" "));
    }

    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void say(String name, Object value) {
        System.out.println(name + "\t" + value);
        System.out.flush();
    }
}
