package throughline.harness.middlebox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/** The side of a box that clients see: listens, gives each connection a thread of its own, and remembers all of them. */
final class Entrance implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(10);

    /** More connections than this wait in the listener's backlog until one ends. */
    private static final int MOST_AT_ONCE = 256;

    private final String name;
    private final CountingListener listener = new CountingListener();
    private final InetSocketAddress address;
    private final Duration patience;
    private final Carrier carrier;
    private final Thread acceptor;
    private final Semaphore room = new Semaphore(MOST_AT_ONCE);
    private final List<Crossing> crossings = new ArrayList<>();
    private final List<Thread> carriers = new ArrayList<>();
    private boolean closed;

    /** What a kind of box does with one connection. Both sockets are closed when it returns or throws. */
    @FunctionalInterface
    interface Carrier {
        /**
         * Returns when the connection has nothing more to do.
         *
         * @throws IOException with a message that can stand as the passage's note
         */
        void carry(Crossing crossing) throws IOException;
    }

    private Entrance(MiddleboxKind kind, Duration patience, Carrier carrier) throws IOException {
        this.name = "throughline-" + kind.name().toLowerCase(Locale.ROOT);
        this.patience = patience;
        this.carrier = carrier;
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        this.address = new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
        this.acceptor = new Thread(this::accept, name + "-" + address.getPort());
        acceptor.setDaemon(true);
    }

    static Entrance open(MiddleboxKind kind, Duration patience, Carrier carrier) {
        try {
            Entrance entrance = new Entrance(kind, patience, carrier);
            entrance.acceptor.start();
            return entrance;
        } catch (IOException noPort) {
            throw new UncheckedIOException("This machine gives no loopback port to listen on.", noPort);
        }
    }

    InetSocketAddress address() {
        return address;
    }

    List<Passage> passages() {
        return crossings().stream().map(Crossing::passage).toList();
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
        for (Crossing crossing : crossings()) {
            crossing.cutBy("the box was closed");
        }
        carriers().forEach(Crossing::await);
    }

    private void accept() {
        while (!isClosed()) {
            try {
                room.acquire();
                admit(listener.accept());
            } catch (InterruptedException closing) {
                return;
            } catch (IOException noConnection) {
                room.release();
                // Out of descriptors, unless the box is being closed: one that is freed soon is worth a short wait.
                LockSupport.parkNanos(10_000_000);
            }
        }
    }

    private synchronized void admit(CountedSocket client) throws IOException {
        if (closed) {
            client.close();
            return;
        }
        Crossing crossing = new Crossing(crossings.size() + 1, name, client, patience);
        Thread thread = new Thread(() -> carry(crossing), crossing.threadName());
        thread.setDaemon(true);
        crossings.add(crossing);
        carriers.removeIf(finished -> !finished.isAlive());
        carriers.add(thread);
        thread.start();
    }

    private void carry(Crossing crossing) {
        try {
            crossing.client().setTcpNoDelay(true);
            carrier.carry(crossing);
        } catch (SocketTimeoutException slow) {
            crossing.note("nothing useful came within " + patience.toMillis() + " ms: " + slow.getMessage());
        } catch (SocketException broken) {
            crossing.note("the client's connection broke: " + broken.getMessage());
        } catch (IOException failed) {
            crossing.note(String.valueOf(failed.getMessage()));
        } catch (RuntimeException defect) {
            crossing.note("a defect of the box: " + defect);
        } finally {
            crossing.end();
            room.release();
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private synchronized List<Crossing> crossings() {
        return List.copyOf(crossings);
    }

    private synchronized List<Thread> carriers() {
        return List.copyOf(carriers);
    }

    private static final class CountingListener extends ServerSocket {
        CountingListener() throws IOException {
            super();
        }

        @Override
        public CountedSocket accept() throws IOException {
            CountedSocket socket = new CountedSocket();
            implAccept(socket);
            return socket;
        }
    }
}
