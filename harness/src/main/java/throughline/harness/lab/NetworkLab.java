package throughline.harness.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Three networks in a row, for a box that the primary knows nothing of: the primary's, which is the one that this process is
 * in, a router's and a replica's. The router passes packets on, and turns connections to a port round to a box of its own
 * when it is told to. Only in a {@link LabProcess}; several may be open at a time, beside each other.
 *
 * <p>Addresses are of 198.18.0.0/15, which is for tests and not routed anywhere (RFC 2544, appendix C.2.2).
 */
public final class NetworkLab implements AutoCloseable {
    /** How links of the primary's are called, with a number behind. */
    static final String LINK = "lab";

    private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");
    private static final int MOST = 256;
    private static final BitSet TAKEN = new BitSet(MOST);

    private final int number;
    private final Commands commands;
    private final Namespace router;
    private final Namespace replica;
    private final List<Process> processes = new ArrayList<>();

    private NetworkLab(int number, Commands commands, Namespace router, Namespace replica) {
        this.number = number;
        this.commands = commands;
        this.router = router;
        this.replica = replica;
    }

    /**
     * Makes the networks, or leaves nothing.
     *
     * @throws LabUnavailableException when this process can reach the machine's network, or the system refuses a part
     */
    public static NetworkLab open() {
        if (!LabProcess.isolated()) {
            LabSupport.require();
            throw new LabUnavailableException("A lab is made only in a process that can reach no other network;"
                    + " throughline matrix --topology namespaces starts one.");
        }
        return open(new SystemCommands());
    }

    static NetworkLab open(Commands commands) {
        int number = take();
        List<Namespace> made = new ArrayList<>();
        try {
            made.add(Namespace.make("router-" + number));
            made.add(Namespace.make("replica-" + number));
            NetworkLab lab = new NetworkLab(number, commands, made.get(0), made.get(1));
            try {
                lab.link();
                return lab;
            } catch (RuntimeException refused) {
                lab.unlink();
                throw refused;
            }
        } catch (RuntimeException refused) {
            made.forEach(Namespace::close);
            give(number);
            throw refused;
        }
    }

    /** The primary's address, as a router that changes nothing shows it to the replica. */
    public InetAddress primary() {
        return address(18, 2);
    }

    /** The router's address on the side of the primary: where a box has to listen for what is redirected. */
    public InetAddress router() {
        return address(18, 1);
    }

    /** The router's address on the side of the replica: where connections of a box come from. */
    public InetAddress routerTowardsReplica() {
        return address(19, 1);
    }

    public InetAddress replica() {
        return address(19, 2);
    }

    /** Does something on a thread in the router's network: what it opens and starts stays there. */
    public <T> T onRouter(Supplier<T> work) {
        return router.call(work);
    }

    /** The same for the replica's. */
    public <T> T onReplica(Supplier<T> work) {
        return replica.call(work);
    }

    /** Starts a program in the router's network; it is ended with the lab, with all that it started. */
    public Process startOnRouter(ProcessBuilder program) throws IOException {
        try {
            Process process = onRouter(() -> {
                try {
                    return program.start();
                } catch (IOException notStarted) {
                    throw new UncheckedIOException(notStarted);
                }
            });
            synchronized (processes) {
                processes.add(process);
            }
            return process;
        } catch (UncheckedIOException notStarted) {
            throw notStarted.getCause();
        }
    }

    /** From now on, connections of the primary to this port, wherever they go, come to a port of the router's. */
    public void redirect(int port, int to) {
        Commands.Outcome outcome = new Commands.Outcome(Commands.NOT_FOUND, "");
        for (Firewall firewall : Firewall.values()) {
            outcome = onRouter(() -> commands.run(firewall.redirect("primary", port, to)));
            if (outcome.good()) {
                return;
            }
        }
        throw new LabUnavailableException("The router redirects nothing: " + outcome.said());
    }

    /** Ends the programs that were started in it and takes the links away; what else was opened in it is closed before. */
    @Override
    public void close() {
        synchronized (processes) {
            for (Process process : processes) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
        unlink();
        router.close();
        replica.close();
        give(number);
    }

    private void link() {
        configure(
                "link add " + LINK + number + " type veth peer name primary netns " + router.path(),
                "address add " + text(primary()) + "/24 dev " + LINK + number,
                "link set " + LINK + number + " up");
        router.call(() -> {
            configure(
                    "link set lo up",
                    "address add " + text(router()) + "/24 dev primary",
                    "link set primary up",
                    "link add replica type veth peer name router netns " + replica.path(),
                    "address add " + text(routerTowardsReplica()) + "/24 dev replica",
                    "link set replica up");
            forward();
            return true;
        });
        replica.call(() -> {
            configure(
                    "link set lo up",
                    "address add " + text(replica()) + "/24 dev router",
                    "link set router up",
                    "route add " + network(18) + " via " + text(routerTowardsReplica()));
            return true;
        });
        configure("route add " + network(19) + " via " + text(router()));
    }

    /** The other end of a pair goes with the first. Links that are gone already are no news. */
    private void unlink() {
        commands.run(List.of("ip", "link", "delete", LINK + number));
        router.call(() -> commands.run(List.of("ip", "link", "delete", "replica")));
    }

    private void configure(String... lines) {
        Commands.Outcome outcome = commands.run(List.of("ip", "-batch", "-"), String.join("\n", lines) + "\n");
        if (!outcome.good()) {
            throw new LabUnavailableException("The links of a lab cannot be made: " + outcome.said());
        }
    }

    /** On the router's thread: the setting is that of the network in which the file is opened. */
    private static void forward() {
        try {
            Files.writeString(FORWARDING, "1");
        } catch (IOException refused) {
            throw new LabUnavailableException("The router cannot be told to forward: " + refused.getMessage());
        }
    }

    private InetAddress address(int side, int host) {
        try {
            return InetAddress.getByAddress(new byte[] {(byte) 198, (byte) side, (byte) number, (byte) host});
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private String network(int side) {
        return String.format(Locale.ROOT, "198.%d.%d.0/24", side, number);
    }

    private static String text(InetAddress address) {
        return address.getHostAddress();
    }

    private static int take() {
        synchronized (TAKEN) {
            int number = TAKEN.nextClearBit(0);
            if (number >= MOST) {
                throw new LabUnavailableException(MOST + " labs are open; more there are not.");
            }
            TAKEN.set(number);
            return number;
        }
    }

    private static void give(int number) {
        synchronized (TAKEN) {
            TAKEN.clear(number);
        }
    }
}
