package throughline.primary;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Listens on loopback and holds the same conversation on every connection, each in a thread of its own. */
final class FakeServer implements AutoCloseable {
    /** What the server does with one connection; when it returns, the connection is closed. */
    interface Conversation {
        void hold(Wire wire) throws IOException;
    }

    private final ServerSocket listener = new ServerSocket();
    private final AtomicInteger accepted = new AtomicInteger();
    private final List<Closeable> open = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final Conversation conversation;

    FakeServer(Conversation conversation) throws IOException {
        this("127.0.0.1", 0, conversation);
    }

    FakeServer(String address, int port, Conversation conversation) throws IOException {
        this.conversation = conversation;
        listener.bind(new InetSocketAddress(InetAddress.getByName(address), port));
        start("fake-listener", this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** How many connections were made. */
    int accepted() {
        return accepted.get();
    }

    /** Ends every connection that is open. */
    void dropConnections() throws IOException {
        for (Closeable socket : open) {
            socket.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                open.add(socket);
                int number = accepted.incrementAndGet();
                start("fake-connection-" + number, () -> hold(new Wire(socket, number)));
            }
        } catch (IOException closed) {
            // By close().
        }
    }

    private void hold(Wire wire) {
        try (wire) {
            conversation.hold(wire);
        } catch (IOException gone) {
            // The other end, or close(), ended it.
        }
    }

    private void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        dropConnections();
        try {
            for (Thread thread : threads) {
                thread.join(5_000);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
