package throughline.identity.revocation;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes one connection after the other on loopback, reads a request, and says what it was told to, byte for byte. */
final class ScriptedServer implements AutoCloseable {
    private final ServerSocket listening;
    private final Answer answer;
    private final List<String> requests = new CopyOnWriteArrayList<>();

    /** What is said on a connection, which is closed afterwards. */
    interface Answer {
        void to(OutputStream out) throws IOException;
    }

    private ScriptedServer(ServerSocket listening, Answer answer) {
        this.listening = listening;
        this.answer = answer;
    }

    static ScriptedServer saying(String text) {
        return doing(out -> out.write(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    static ScriptedServer doing(Answer answer) {
        try {
            ScriptedServer server =
                    new ScriptedServer(new ServerSocket(0, 10, InetAddress.getLoopbackAddress()), answer);
            Thread accepting = new Thread(server::serve, "scripted-server");
            accepting.setDaemon(true);
            accepting.start();
            return server;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    URI address(String path) {
        return URI.create("http://127.0.0.1:" + listening.getLocalPort() + path);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Head and body as they came. */
    List<String> requests() {
        return requests;
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void serve() {
        while (!listening.isClosed()) {
            try (Socket socket = listening.accept()) {
                requests.add(request(socket.getInputStream()));
                answer.to(socket.getOutputStream());
            } catch (IOException gone) {
                // The other end has hung up, which many of these tests are about, or the test is over.
            }
        }
    }

    private static String request(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (!bytes.toString(StandardCharsets.ISO_8859_1).contains("\r\n\r\n")) {
            int octet = in.read();
            if (octet < 0) {
                throw new EOFException();
            }
            bytes.write(octet);
        }
        String head = bytes.toString(StandardCharsets.ISO_8859_1);
        int length = head.contains("Content-Length: ")
                ? Integer.parseInt(head.replaceAll("(?s).*Content-Length: (\\d+)\r\n.*", "$1"))
                : 0;
        return head + new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    }
}
