package throughline.harness.middlebox;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import throughline.protocol.Excerpt;

/** One connection while it is in a box: its sockets, the threads beside the first one, and what a {@link Passage} says. */
final class Crossing {
    /** How long a client may go on sending into a connection that has its last answer. */
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private final long id;
    private final String threadName;
    private final CountedSocket client;
    private final InetSocketAddress clientAddress;
    private final Listening listening;
    private final Forwarder forwarder;
    private final Consumer<Crossing> whenEnded;
    /** Counted down when the connection comes to its end. */
    private final CountDownLatch over = new CountDownLatch(1);

    /** Counted down when the sockets are closed. */
    private final CountDownLatch cut = new CountDownLatch(1);

    private final List<Thread> beside = new ArrayList<>(0);
    private final List<CountedSocket> replicas = new ArrayList<>(1);
    private List<Integer> upstreamPorts = List.of();
    private Optional<String> target = Optional.empty();
    private Treatment treatment = Treatment.OPENING;
    private Optional<String> note = Optional.empty();
    private @Nullable SSLSocket layer;
    private volatile boolean parting;
    private volatile boolean farewellDue;
    private boolean handedOver;
    private boolean ended;

    Crossing(
            long id,
            String boxName,
            CountedSocket client,
            Listening listening,
            Forwarder forwarder,
            Consumer<Crossing> whenEnded) {
        this.id = id;
        this.threadName = boxName + "-" + id;
        this.client = client;
        this.clientAddress = (InetSocketAddress) client.getRemoteSocketAddress();
        this.listening = listening;
        this.forwarder = forwarder;
        this.whenEnded = whenEnded;
    }

    String threadName() {
        return threadName;
    }

    CountedSocket client() {
        return client;
    }

    List<Adversity> adversities() {
        return listening.adversities();
    }

    /** The one of this type that was ordered. */
    <A extends Adversity> Optional<A> adversity(Class<A> type) {
        return adversities().stream().filter(type::isInstance).map(type::cast).findFirst();
    }

    boolean stallsAt(Adversity.Step step) {
        return adversities().contains(new Adversity.Stall(step));
    }

    /** How long each step of the opening may take: the hello, a request head, connecting, a handshake. */
    Duration patience() {
        return listening.patience();
    }

    /** The client speaks to the box inside this session; whatever is passed to it is, too. */
    synchronized void layer(SSLSocket session) {
        layer = session;
    }

    InputStream clientInput() throws IOException {
        SSLSocket session = layer();
        return session == null ? client.getInputStream() : session.getInputStream();
    }

    OutputStream clientOutput() throws IOException {
        SSLSocket session = layer();
        return session == null ? client.getOutputStream() : session.getOutputStream();
    }

    private synchronized @Nullable SSLSocket layer() {
        return layer;
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
     * Connects to the replica; the socket is closed at the end of the crossing.
     *
     * @throws IOException naming the address and what the system said
     */
    CountedSocket dial(InetSocketAddress address) throws IOException {
        CountedSocket replica = CountedSocket.open();
        synchronized (this) {
            replicas.add(replica);
        }
        try {
            replica.setTcpNoDelay(true);
            replica.connect(address, Math.toIntExact(patience().toMillis()));
        } catch (IOException unreachable) {
            throw new IOException(
                    "could not connect to " + Destination.of(address) + ": " + unreachable.getMessage(), unreachable);
        }
        synchronized (this) {
            List<Integer> more = new ArrayList<>(upstreamPorts);
            more.add(replica.getLocalPort());
            upstreamPorts = List.copyOf(more);
        }
        if (parting || over.getCount() == 0) {
            close(replica);
        }
        return replica;
    }

    /** The same to where a name leads. */
    CountedSocket dialBy(Routes routes, Destination destination) throws IOException {
        return dial(routes.lookup(destination.host(), destination.port())
                .orElseThrow(() -> new IOException("no route to " + destination.host())));
    }

    /** Passes bytes both ways as they are; may return at once and leave the rest to others. */
    void pass(CountedSocket replica) throws IOException {
        treat(Treatment.PASSED);
        client.unlimitReading();
        replica.unlimitReading();
        boolean faulty = Gates.concern(adversities());
        if (faulty || layer() != null) {
            Pipe.End replicaEnd =
                    new Pipe.End(replica.getInputStream(), replica.getOutputStream(), replica::shutdownOutput);
            Pipe.bothWays(this, clientEnd(faulty), replicaEnd);
            return;
        }
        synchronized (this) {
            handedOver = true;
        }
        try {
            forwarder.take(this, replica);
        } catch (IOException closing) {
            synchronized (this) {
                handedOver = false;
            }
            throw closing;
        }
    }

    private Pipe.End clientEnd(boolean faulty) throws IOException {
        if (!faulty) {
            return new Pipe.End(clientInput(), clientOutput(), this::endStreamToClient);
        }
        Gates gates = new Gates(this, adversities());
        gates.watch(adversities());
        return new Pipe.End(gates.fromClient(clientInput()), gates.toClient(clientOutput()), this::endStreamToClient);
    }

    /** From now on the faults apply to the client's side of the wire, below any TLS that is layered over it. */
    void putBehindGates() {
        if (Gates.concern(adversities())) {
            Gates gates = new Gates(this, adversities());
            client.putBehind(gates);
            gates.watch(adversities());
        }
    }

    InetSocketAddress clientAddress() {
        return clientAddress;
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

    /** Whether there is no second thread. */
    boolean threadsBesideNone() {
        return threadsBeside().isEmpty();
    }

    void awaitBeside() {
        threadsBeside().forEach(Crossing::await);
    }

    /** Whether the connection came to its end within this time. */
    boolean overWithin(Duration limit) {
        try {
            return over.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Says that nothing more will come and lets the client read what was sent: a close with bytes unread would reset it away. */
    void sayFarewell() {
        try {
            endStreamToClient();
            shutDownTowardsClient();
            client.limitReading(FAREWELL);
            clientInput().transferTo(OutputStream.nullOutputStream());
        } catch (IOException gone) {
            // The client did not wait, or waited for too long: both end here anyway.
        }
    }

    /** The client reads the end of what the box passes; the other direction goes on. */
    void endStreamToClient() throws IOException {
        SSLSocket session = layer();
        if (session != null) {
            session.shutdownOutput();
        } else {
            shutDownTowardsClient();
        }
    }

    /** Ends the stream that the client reads, unless it is ended. */
    void shutDownTowardsClient() throws IOException {
        if (!client.isOutputShutdown()) {
            client.shutdownOutput();
        }
    }

    /** Ends the connection in order: the client reads what was sent and then the end. Whoever reads from it has to say farewell. */
    void part() {
        parting = true;
        try {
            shutDownTowardsClient();
        } catch (IOException gone) {
            // Then it needs no end.
        }
        over.countDown();
        hangUpOnReplica();
    }

    /** After {@link #part}: closes everything, unless the client leaves before a farewell is over. */
    void cutAfterFarewell() {
        try {
            if (!cut.await(FAREWELL.toMillis(), TimeUnit.MILLISECONDS)) {
                cut();
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
            cut();
        }
    }

    /** What the client still sends is not passed, and has to be read all the same before the connection is closed. */
    void oweFarewell() {
        farewellDue = true;
    }

    boolean owesFarewell() {
        return farewellDue || parting;
    }

    /** Whether {@link #part} was called: then a broken connection to the replica is no news. */
    boolean parting() {
        return parting;
    }

    /** Resets the client's connection: it learns nothing else. */
    void reset() {
        try {
            client.setSoLinger(true, 0);
        } catch (IOException gone) {
            // Closed already.
        }
        cut();
    }

    /** Sends a fatal alert in the clear (RFC 8446, 5.1 and 6), whatever TLS there may be. */
    void alert(int code) throws IOException {
        client.channel().socket().getOutputStream().write(new byte[] {21, 3, 3, 0, 2, 2, (byte) code});
        client.countSent(7);
    }

    /** Whoever reads from or writes to the replica gets an exception. */
    void hangUpOnReplica() {
        replicas().forEach(Crossing::close);
    }

    void cutBy(String reason) {
        note(reason);
        cut();
    }

    /** Closes all sockets; whoever reads or writes there gets an exception. */
    void cut() {
        over.countDown();
        cut.countDown();
        close(client);
        hangUpOnReplica();
    }

    /** Whether a {@link Forwarder} ends it. */
    synchronized boolean handedOver() {
        return handedOver;
    }

    /** Closes everything, waits for the other threads and fixes the counters. */
    void end() {
        cut();
        awaitBeside();
        synchronized (this) {
            if (ended) {
                return;
            }
            if (treatment == Treatment.OPENING) {
                treatment = Treatment.REFUSED;
            }
            ended = true;
        }
        whenEnded.accept(this);
    }

    synchronized Passage passage() {
        return new Passage(
                id,
                clientAddress,
                target,
                treatment,
                upstreamPorts,
                client.received(),
                client.sent(),
                replicas.stream().mapToLong(CountedSocket::sent).sum(),
                replicas.stream().mapToLong(CountedSocket::received).sum(),
                ended,
                note);
    }

    private synchronized List<Thread> threadsBeside() {
        return List.copyOf(beside);
    }

    private synchronized List<CountedSocket> replicas() {
        return List.copyOf(replicas);
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
