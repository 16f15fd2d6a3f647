package throughline.harness.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import throughline.identity.Identity;
import throughline.identity.TlsContexts;
import throughline.identity.Trust;

/**
 * A proxy on loopback that speaks CONNECT and SOCKS 5 and leads to the port that is asked for, on loopback, whatever the name.
 * It demands Basic where it is given what follows that word.
 */
final class CompanyProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final Optional<String> basic;
    private final Thread acceptor;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    private CompanyProxy(ServerSocket listener, Optional<String> basic) {
        this.listener = listener;
        this.basic = basic;
        acceptor = start(this::accept);
    }

    static CompanyProxy start(Optional<String> basic) throws IOException {
        return new CompanyProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), basic);
    }

    /** Spoken to in TLS, by those with a certificate of these authorities. */
    static CompanyProxy startInTls(Identity identity, Trust clients) throws IOException {
        SSLContext context = TlsContexts.context(identity.keyManager(), clients.trustManager());
        SSLServerSocket listener = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        listener.setNeedClientAuth(true);
        return new CompanyProxy(listener, Optional.empty());
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Host and port of every tunnel that was opened. */
    List<String> asked() {
        return asked;
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                open.add(socket);
                start(() -> {
                    try (socket) {
                        hold(socket);
                    } catch (IOException ended) {
                        // By the other end, or by close().
                    }
                });
            }
        } catch (IOException closed) {
            // By close().
        }
    }

    private void hold(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        int first = in.read();
        if (first == 5) {
            socks(socket, in);
            return;
        }
        String head = (char) first + head(in);
        while (basic.isPresent() && !head.contains("Proxy-Authorization: Basic " + basic.get() + "\r\n")) {
            say(socket, "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"box\"\r\nContent-Length: 0\r\n\r\n");
            head = head(in);
        }
        String target = head.split(" ", 3)[1];
        say(socket, "HTTP/1.1 200 OK\r\n\r\n");
        tunnel(socket, target);
    }

    private void socks(Socket socket, InputStream in) throws IOException {
        in.readNBytes(in.read());
        say(socket, "\5\0");
        in.readNBytes(4);
        String host = new String(in.readNBytes(in.read()), ISO_8859_1);
        int port = new DataInputStream(in).readUnsignedShort();
        say(socket, "\5\0\0\1\0\0\0\0\0\0");
        tunnel(socket, host + ":" + port);
    }

    private void tunnel(Socket socket, String target) throws IOException {
        asked.add(target);
        int port = Integer.parseInt(target.substring(target.lastIndexOf(':') + 1));
        try (Socket onward = new Socket(InetAddress.getLoopbackAddress(), port)) {
            open.add(onward);
            start(() -> pass(onward, socket));
            pass(socket, onward);
        }
    }

    private static void pass(Socket from, Socket to) {
        try {
            OutputStream out = to.getOutputStream();
            from.getInputStream().transferTo(out);
            to.close();
        } catch (IOException ended) {
            // By the other end, or by close().
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException();
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        socket.getOutputStream().flush();
    }

    private static Thread start(Runnable work) {
        Thread thread = new Thread(work, "company-proxy");
        thread.setDaemon(true);
        thread.start();
        return thread;
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
}
