package throughline.benchmarks.paired;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A forward proxy on loopback that opens a tunnel to the port that is asked for, on loopback too, and passes bytes. */
final class ConnectTunnel implements AutoCloseable {
    private static final int PIECE = 64 << 10;

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final AtomicInteger opened = new AtomicInteger();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    ConnectTunnel() throws IOException {
        start(this::accept);
    }

    /** As {@code --proxy} takes it. */
    String url() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    /** How many tunnels there have been. */
    int opened() {
        return opened.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket asking = listener.accept();
                start(() -> tunnel(asking));
            }
        } catch (IOException closed) {
            // By close().
        }
    }

    private void tunnel(Socket asking) {
        open.add(asking);
        try (asking) {
            // CONNECT host:port HTTP/1.1
            String target = head(asking.getInputStream()).split(" ", 3)[1];
            int port = Integer.parseInt(target.substring(target.lastIndexOf(':') + 1));
            try (Socket onward = new Socket(InetAddress.getLoopbackAddress(), port)) {
                open.add(onward);
                opened.incrementAndGet();
                asking.setTcpNoDelay(true);
                onward.setTcpNoDelay(true);
                asking.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                Thread back = start(() -> pass(onward, asking));
                pass(asking, onward);
                back.join();
                open.remove(onward);
            }
        } catch (IOException ended) {
            // One end is gone.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(asking);
        }
    }

    private static void pass(Socket from, Socket to) {
        byte[] piece = new byte[PIECE];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int got = in.read(piece); got >= 0; got = in.read(piece)) {
                out.write(piece, 0, got);
            }
            to.shutdownOutput();
        } catch (IOException ended) {
            // One end is gone; the other is closed with it.
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no request");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static Thread start(Runnable work) {
        Thread thread = new Thread(work, "connect-tunnel");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
