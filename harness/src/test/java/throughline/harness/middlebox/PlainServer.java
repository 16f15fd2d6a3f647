package throughline.harness.middlebox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A TCP server, on loopback unless told otherwise, that does the same with every connection, one thread each, and then closes it. */
final class PlainServer implements AutoCloseable {
    static final InetSocketAddress LOOPBACK = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final ServerSocket listener;
    private final Conversation conversation;
    private final Thread acceptor;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<Integer> peerPorts = new CopyOnWriteArrayList<>();
    private final List<TapSocket> sockets = new CopyOnWriteArrayList<>();
    private final List<Exception> failures = new CopyOnWriteArrayList<>();

    @FunctionalInterface
    interface Conversation {
        void with(Socket socket) throws IOException;
    }

    PlainServer(Conversation conversation) {
        this(LOOPBACK, conversation);
    }

    PlainServer(InetSocketAddress at, Conversation conversation) {
        this.conversation = conversation;
        try {
            this.listener = new ServerSocket(at.getPort(), 50, at.getAddress()) {
                @Override
                public Socket accept() throws IOException {
                    TapSocket socket = new TapSocket();
                    implAccept(socket);
                    sockets.add(socket);
                    peerPorts.add(socket.getPort());
                    return socket;
                }
            };
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
        this.acceptor = start(this::accept);
    }

    /** Sends back what it gets, and the end of it, too. */
    static PlainServer echo() {
        return echo(LOOPBACK);
    }

    static PlainServer echo(InetSocketAddress at) {
        return new PlainServer(at, socket -> {
            socket.getInputStream().transferTo(socket.getOutputStream());
            socket.shutdownOutput();
        });
    }

    InetSocketAddress address() {
        return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }

    /** The remote port of every connection so far. */
    List<Integer> peerPorts() {
        return peerPorts;
    }

    /** Every connection so far, with its counters. */
    List<TapSocket> sockets() {
        return sockets;
    }

    /** What the conversations threw. */
    List<Exception> failures() {
        return failures;
    }

    /** The system accepts connections for as long as a thread waits for one, closed or not. */
    @Override
    public void close() throws IOException {
        listener.close();
        try {
            acceptor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Socket socket : open) {
            socket.close();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                open.add(socket);
                start(() -> converse(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void converse(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            conversation.with(socket);
        } catch (IOException | RuntimeException failed) {
            failures.add(failed);
        } finally {
            open.remove(socket);
        }
    }

    private static Thread start(Runnable work) {
        Thread thread = new Thread(work, "test-server");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
