package throughline.harness.middlebox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * The side of a box that clients see: listens, gives each connection a thread of its own for its opening, and remembers all
 * that are open and the last that have ended.
 */
final class Entrance implements AutoCloseable {
    /** More connections than this wait in the listener's backlog until one ends. */
    private static final int MOST_AT_ONCE = 4096;

    /** The same for those that need a thread: all that are opening, and those that are not merely passed. */
    private static final int MOST_THREADS = 256;

    private static final int MOST_REMEMBERED = 10_000;
    private static final int BACKLOG = 1024;
    private static final int FORWARDERS = 2;

    private final String name;
    private final Listening listening;
    private final ServerSocketChannel listener;
    private final InetSocketAddress address;
    private final Carrier carrier;
    private final Thread acceptor;
    private final List<Forwarder> forwarders;
    private final Semaphore room = new Semaphore(MOST_AT_ONCE);
    private final Semaphore threads = new Semaphore(MOST_THREADS);
    private final Map<Long, Crossing> open = new TreeMap<>();
    private final Deque<Passage> remembered = new ArrayDeque<>();
    private final List<Thread> carriers = new ArrayList<>();
    private long accepted;
    private boolean closed;

    /** What a kind of box does with one connection. All sockets are closed when it returns or throws. */
    @FunctionalInterface
    interface Carrier {
        /**
         * Returns when the connection has nothing more to do, or has been handed over.
         *
         * @throws IOException with a message that can stand as the passage's note
         */
        void carry(Crossing crossing) throws IOException;
    }

    private Entrance(MiddleboxKind kind, Listening listening, Carrier carrier) throws IOException {
        this.name = "throughline-" + kind.id();
        this.listening = listening;
        this.carrier = carrier;
        this.listener = ServerSocketChannel.open();
        try {
            listener.bind(listening.address(), BACKLOG);
            this.address = (InetSocketAddress) listener.getLocalAddress();
        } catch (IOException taken) {
            listener.close();
            throw taken;
        }
        this.forwarders = List.of(
                new Forwarder(name + "-" + address.getPort() + "-bytes-1"),
                new Forwarder(name + "-" + address.getPort() + "-bytes-2"));
        this.acceptor = new Thread(this::accept, name + "-" + address.getPort());
        acceptor.setDaemon(true);
    }

    /**
     * Listens from now on.
     *
     * @throws UncheckedIOException when that address cannot be listened at
     * @throws IllegalArgumentException when an adversity is not for this kind
     */
    static Entrance open(MiddleboxKind kind, Listening listening, Carrier carrier) {
        listening.requireFor(kind);
        try {
            Entrance entrance = new Entrance(kind, listening, carrier);
            entrance.acceptor.start();
            return entrance;
        } catch (IOException noPort) {
            throw new UncheckedIOException(
                    "This machine does not let it listen at " + Destination.of(listening.address()) + ": "
                            + noPort.getMessage(),
                    noPort);
        }
    }

    InetSocketAddress address() {
        return address;
    }

    synchronized List<Passage> passages() {
        List<Passage> all = new ArrayList<>(remembered);
        open.values().forEach(crossing -> all.add(crossing.passage()));
        all.sort((one, other) -> Long.compare(one.id(), other.id()));
        return all;
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        try {
            listener.close();
        } catch (IOException alreadyGone) {
            // There is nothing left to close.
        }
        acceptor.interrupt();
        Crossing.await(acceptor);
        for (Crossing crossing : openCrossings()) {
            crossing.cutBy("the box was closed");
        }
        forwarders.forEach(Forwarder::close);
        carriers().forEach(Crossing::await);
    }

    private void accept() {
        while (!isClosed()) {
            try {
                room.acquire();
                threads.acquire();
            } catch (InterruptedException closing) {
                return;
            }
            try {
                admit(listener.accept());
            } catch (IOException noConnection) {
                threads.release();
                room.release();
                // Out of descriptors, unless the box is being closed: one that is freed soon is worth a short wait.
                LockSupport.parkNanos(10_000_000);
            }
        }
    }

    private void admit(SocketChannel channel) throws IOException {
        try {
            channel.socket().setTcpNoDelay(true);
            start(new CountedSocket(channel));
        } catch (IOException gone) {
            channel.close();
            throw gone;
        }
    }

    private synchronized void start(CountedSocket client) throws IOException {
        if (closed || client.getRemoteSocketAddress() == null) {
            throw new IOException("nobody is there any more");
        }
        long id = ++accepted;
        Forwarder forwarder = forwarders.get((int) (id % FORWARDERS));
        Crossing crossing = new Crossing(id, name, client, listening, forwarder, this::ended);
        Thread thread = new Thread(() -> carry(crossing), crossing.threadName());
        thread.setDaemon(true);
        open.put(id, crossing);
        carriers.removeIf(finished -> !finished.isAlive());
        carriers.add(thread);
        thread.start();
    }

    private void carry(Crossing crossing) {
        try {
            carrier.carry(crossing);
        } catch (SocketTimeoutException slow) {
            crossing.note("nothing useful came within " + crossing.patience().toMillis() + " ms: " + slow.getMessage());
        } catch (ClosedChannelException broken) {
            crossing.note("the connection was closed");
        } catch (SocketException broken) {
            crossing.note("the client's connection broke: " + broken.getMessage());
        } catch (IOException failed) {
            crossing.note(String.valueOf(failed.getMessage()));
        } catch (RuntimeException defect) {
            crossing.note("a defect of the box: " + defect);
        } finally {
            if (!crossing.handedOver()) {
                if (crossing.owesFarewell()) {
                    crossing.sayFarewell();
                }
                crossing.end();
            }
            threads.release();
        }
    }

    /** On whatever thread ended it. */
    private void ended(Crossing crossing) {
        Passage passage = crossing.passage();
        synchronized (this) {
            open.remove(passage.id());
            remembered.add(passage);
            if (remembered.size() > MOST_REMEMBERED) {
                remembered.remove();
            }
        }
        room.release();
        listening.whenEnded().accept(passage);
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private synchronized List<Crossing> openCrossings() {
        return List.copyOf(open.values());
    }

    private synchronized List<Thread> carriers() {
        return List.copyOf(carriers);
    }
}
