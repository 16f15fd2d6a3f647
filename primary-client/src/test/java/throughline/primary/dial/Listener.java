package throughline.primary.dial;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Gives every request on loopback the same answer. */
final class Listener implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final byte[] answer;

    Listener(String answer) throws IOException {
        this.answer = answer.getBytes(ISO_8859_1);
        Thread thread = new Thread(this::serve, "listener");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return socket.getLocalPort();
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket accepted = socket.accept()) {
                StringBuilder head = new StringBuilder();
                int next = accepted.getInputStream().read();
                while (next >= 0 && head.indexOf("\r\n\r\n") < 0) {
                    head.append((char) next);
                    next = head.indexOf("\r\n\r\n") < 0
                            ? accepted.getInputStream().read()
                            : -1;
                }
                accepted.getOutputStream().write(answer);
                accepted.shutdownOutput();
            } catch (IOException gone) {
                // The next one, or the end.
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
