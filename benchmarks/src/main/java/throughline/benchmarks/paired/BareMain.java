package throughline.benchmarks.paired;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;
import throughline.identity.TlsContexts;

/** Two ends of one JSSE socket that only move bytes: {@code BareMain FOLDER}, in a JVM each. */
final class BareMain {
    private static final int BUFFER = 64 << 10;

    private final LabFiles files;

    private BareMain(LabFiles files) {
        this.files = files;
    }

    public static void main(String[] arguments) throws IOException {
        BareMain bare = new BareMain(new LabFiles(Path.of(arguments[0])));
        Child.listen((command, words) -> switch (command) {
            case "serve" -> bare.serve();
            case "send" -> bare.send(Integer.parseInt(words.get(0)), Long.parseLong(words.get(1)));
            default -> throw new IllegalArgumentException(command);
        });
    }

    private String serve() throws Exception {
        SSLServerSocket server =
                (SSLServerSocket) context("server").getServerSocketFactory().createServerSocket(0, 8, loopback());
        server.setNeedClientAuth(true);
        server.setEnabledProtocols(new String[] {"TLSv1.3"});
        server.setEnabledCipherSuites(new String[] {Settings.CIPHER_SUITE});
        Thread thread = new Thread(() -> take(server), "bare-server");
        thread.setDaemon(true);
        thread.start();
        return String.valueOf(server.getLocalPort());
    }

    private static void take(SSLServerSocket server) {
        byte[] buffer = new byte[BUFFER];
        while (true) {
            try (SSLSocket socket = (SSLSocket) server.accept()) {
                InputStream in = socket.getInputStream();
                long left = 0;
                for (int i = 0; i < Long.BYTES; i++) {
                    left = left << 8 | in.read();
                }
                while (left > 0) {
                    int got = in.read(buffer);
                    if (got < 0) {
                        throw new EOFException();
                    }
                    left -= got;
                }
                socket.getOutputStream().write(1);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private String send(int port, long bytes) throws Exception {
        byte[] content = new byte[1 << 20];
        new Random(1).nextBytes(content);
        long begin = System.nanoTime();
        try (SSLSocket socket = (SSLSocket) context("client").getSocketFactory().createSocket(loopback(), port)) {
            socket.setTcpNoDelay(true);
            OutputStream out = socket.getOutputStream();
            byte[] length = new byte[Long.BYTES];
            for (int i = 0; i < Long.BYTES; i++) {
                length[i] = (byte) (bytes >> (Byte.SIZE * (Long.BYTES - 1 - i)));
            }
            out.write(length);
            for (long sent = 0; sent < bytes; sent += BUFFER) {
                out.write(content, (int) (sent % content.length), BUFFER);
            }
            if (socket.getInputStream().read() != 1) {
                throw new EOFException();
            }
        }
        return String.valueOf((System.nanoTime() - begin) / 1e9);
    }

    private SSLContext context(String who) throws Exception {
        X509ExtendedKeyManager keys = files.identity(who).keyManager();
        return TlsContexts.context(keys, files.trust().trustManager());
    }

    private static InetAddress loopback() {
        return InetAddress.getLoopbackAddress();
    }
}
