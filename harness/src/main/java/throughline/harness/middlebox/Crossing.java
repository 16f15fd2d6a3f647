package throughline.harness.middlebox;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import throughline.protocol.Excerpt;

/** One connection while it is in a box: both sockets, the threads beside the first one, and what a {@link Passage} says. */
final class Crossing {
    /** How long a client may go on sending into a connection that has its last answer. */
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private final long id;
    private final String threadName;
    private final CountedSocket client;
    private final InetSocketAddress clientAddress;
    private final Duration patience;

    private final List<Thread> beside = new ArrayList<>();
    private final CountedSocket replica = new CountedSocket();
    private OptionalInt upstreamPort = OptionalInt.empty();
    private Optional<String> target = Optional.empty();
    private Treatment treatment = Treatment.OPENING;
    private Optional<String> note = Optional.empty();
    private boolean ended;

    Crossing(long id, String boxName, CountedSocket client, Duration patience) {
        this.id = id;
        this.threadName = boxName + "-" + id;
        this.client = client;
        this.clientAddress = (InetSocketAddress) client.getRemoteSocketAddress();
        this.patience = patience;
    }

    String threadName() {
        return threadName;
    }

    CountedSocket client() {
        return client;
    }

    /** How long each step of the opening may take: the hello, a request head, connecting, a handshake. */
    Duration patience() {
        return patience;
    }

    synchronized void target(Destination asked) {
        target = Optional.of(asked.toString());
    }

    synchronized void treat(Treatment decided) {
        treatment = decided;
    }

    /** Keeps the first note only: what follows is a consequence of it. */
    synchronized void note(String sentence) {
        if (note.isEmpty() && !ended) {
            note = Optional.of(Excerpt.of(sentence, 300));
        }
    }

    synchronized void refuse(String sentence) {
        treatment = Treatment.REFUSED;
        note(sentence);
    }

    /**
     * Connects to the replica, once; the socket is closed at the end of the crossing.
     *
     * @throws IOException naming the address and what the system said
     */
    CountedSocket dial(InetSocketAddress address) throws IOException {
        try {
            replica.setTcpNoDelay(true);
            replica.connect(address, Math.toIntExact(patience.toMillis()));
        } catch (IOException unreachable) {
            throw new IOException("could not connect to " + address + ": " + unreachable.getMessage(), unreachable);
        }
        synchronized (this) {
            upstreamPort = OptionalInt.of(replica.getLocalPort());
        }
        return replica;
    }

    /** The same to where a name leads. */
    CountedSocket dialBy(Routes routes, Destination target) throws IOException {
        return dial(routes.lookup(target.host(), target.port())
                .orElseThrow(() -> new IOException("no route to " + target.host())));
    }

    /** Runs something on a second thread of this connection; {@link #end} waits for it. */
    Thread beside(String what, Runnable work) {
        Thread thread = new Thread(work, threadName + "-" + what);
        thread.setDaemon(true);
        synchronized (this) {
            beside.add(thread);
        }
        thread.start();
        return thread;
    }

    /** Waits for as long as a farewell may take, and says whether no second thread is left. */
    boolean besideHaveEnded() {
        try {
            for (Thread thread : threadsBeside()) {
                thread.join(FAREWELL.toMillis());
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        return threadsBeside().stream().noneMatch(Thread::isAlive);
    }

    void awaitBeside() {
        threadsBeside().forEach(Crossing::await);
    }

    /** Says that nothing more will come and lets the client read what was sent: a close with bytes unread would reset it away. */
    void sayFarewell() {
        try {
            shutDownTowardsClient();
            client.limitReading(FAREWELL);
            client.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException gone) {
            // The client did not wait, or waited for too long: both end here anyway.
        }
    }

    /** Ends the stream that the client reads, unless it is ended. */
    void shutDownTowardsClient() throws IOException {
        if (!client.isOutputShutdown()) {
            client.shutdownOutput();
        }
    }

    /** Whoever reads from or writes to the replica gets an exception. */
    void hangUpOnReplica() {
        close(replica);
    }

    void cutBy(String reason) {
        note(reason);
        cut();
    }

    /** Closes both sockets; whoever reads or writes there gets an exception. */
    void cut() {
        close(client);
        close(replica);
    }

    /** Closes everything, waits for the other threads and fixes the counters. */
    void end() {
        cut();
        awaitBeside();
        synchronized (this) {
            if (treatment == Treatment.OPENING) {
                treatment = Treatment.REFUSED;
            }
            ended = true;
        }
    }

    synchronized Passage passage() {
        return new Passage(
                id,
                clientAddress,
                target,
                treatment,
                upstreamPort,
                client.received(),
                client.sent(),
                replica.sent(),
                replica.received(),
                ended,
                note);
    }

    private synchronized List<Thread> threadsBeside() {
        return List.copyOf(beside);
    }

    /** Waits for a thread, also while being interrupted: a box that is closed has no thread left, whoever is in a hurry. */
    static void await(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException hurry) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            // There is nothing left to close.
        }
    }
}
