package throughline.primary.dial;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Connects to the first of several addresses that answers (RFC 8305 section 5): each has a little time of its own before the
 * next is tried beside it, so that one that is silent holds nobody up.
 */
final class AddressRace {
    /** RFC 8305 section 8, Connection Attempt Delay. */
    static final Duration NEXT_AFTER = Duration.ofMillis(250);

    private final Duration limit;
    private final int readTimeout;
    private final Map<Socket, InetSocketAddress> running = new LinkedHashMap<>();
    private boolean over;

    /**
     * How one attempt ended.
     *
     * @param failure null where it is connected
     * @param overtaken whether it ended only because another address was faster
     */
    record Ended(
            InetSocketAddress address,
            Socket socket,
            Duration took,
            @Nullable IOException failure,
            boolean overtaken) {}

    /** @param limit for each address */
    AddressRace(Duration limit, int readTimeout) {
        this.limit = limit;
        this.readTimeout = readTimeout;
    }

    /** One attempt alone; returns also when it fails. */
    static Ended connect(InetSocketAddress address, Socket socket, Duration limit, int readTimeout) {
        long started = System.nanoTime();
        IOException failure = null;
        try {
            // Without this every handshake waits 40 ms for Nagle's algorithm against delayed acknowledgements.
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(readTimeout);
            socket.connect(address, DialledSocket.milliseconds(limit));
        } catch (IOException e) {
            failure = e;
        }
        return new Ended(address, socket, Duration.ofNanos(System.nanoTime() - started), failure, false);
    }

    /**
     * Tries them in turn.
     *
     * @param givenUp whether the owner wants none any more
     * @param note is told of every attempt that was begun, on this thread
     * @throws IOException when none could be connected: the last failure, with the others suppressed
     */
    Socket run(List<InetSocketAddress> addresses, BooleanSupplier givenUp, Consumer<Ended> note) throws IOException {
        BlockingQueue<Ended> ended = new LinkedBlockingQueue<>();
        Deque<InetSocketAddress> waiting = new ArrayDeque<>(inTurn(addresses));
        IOException last = null;
        try {
            for (int failed = 0; failed < addresses.size(); ) {
                if (!waiting.isEmpty()) {
                    begin(waiting.remove(), ended);
                }
                Ended next =
                        waiting.isEmpty() ? ended.take() : ended.poll(NEXT_AFTER.toMillis(), TimeUnit.MILLISECONDS);
                if (next == null) {
                    continue;
                }
                finished(next.socket());
                note.accept(next);
                IOException failure = next.failure();
                if (failure == null) {
                    return next.socket();
                }
                failed++;
                if (last != null) {
                    failure.addSuppressed(last);
                }
                last = failure;
                if (givenUp.getAsBoolean()) {
                    throw failure;
                }
            }
            throw last == null ? new SocketException("no address to connect to") : last;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while connecting");
        } finally {
            Map<Socket, InetSocketAddress> overtaken = left();
            end();
            overtaken.forEach((socket, address) -> note.accept(new Ended(
                    address, socket, Duration.ZERO, new SocketException("another address was faster"), true)));
        }
    }

    /** Ends what is still being tried. */
    void end() {
        List<Socket> sockets;
        synchronized (this) {
            over = true;
            sockets = new ArrayList<>(running.keySet());
            running.clear();
        }
        for (Socket socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                // Closed is closed.
            }
        }
    }

    private void begin(InetSocketAddress address, BlockingQueue<Ended> ended) throws IOException {
        Socket socket = DelegatingSocket.unproxied();
        synchronized (this) {
            if (over) {
                throw new SocketException("Socket closed");
            }
            running.put(socket, address);
        }
        Thread thread =
                new Thread(() -> ended.add(connect(address, socket, limit, readTimeout)), "throughline-connect");
        thread.setDaemon(true);
        thread.start();
    }

    private synchronized void finished(Socket socket) {
        running.remove(socket);
    }

    private synchronized Map<Socket, InetSocketAddress> left() {
        return new LinkedHashMap<>(running);
    }

    /** Beginning with the family that the resolver prefers, then one of each (RFC 8305 section 4). */
    private static List<InetSocketAddress> inTurn(List<InetSocketAddress> addresses) {
        Deque<InetSocketAddress> preferred = new ArrayDeque<>();
        Deque<InetSocketAddress> others = new ArrayDeque<>();
        for (InetSocketAddress address : addresses) {
            (isV6(address) == isV6(addresses.get(0)) ? preferred : others).add(address);
        }
        List<InetSocketAddress> turns = new ArrayList<>();
        while (!preferred.isEmpty() || !others.isEmpty()) {
            if (!preferred.isEmpty()) {
                turns.add(preferred.remove());
            }
            if (!others.isEmpty()) {
                turns.add(others.remove());
            }
        }
        return turns;
    }

    private static boolean isV6(InetSocketAddress address) {
        return address.getAddress() instanceof Inet6Address;
    }
}
