package throughline.harness.middlebox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client's socket and the little HTTP that the tests speak over it. */
final class TestClient implements AutoCloseable {
    private static final Pattern LENGTH = Pattern.compile("(?i)\\r\\ncontent-length: (\\d+)\\r\\n");

    final Socket socket;

    /** @param head from the status line to the empty line, included */
    record Answer(String head, String body) {
        String statusLine() {
            return head.substring(0, head.indexOf("\r\n"));
        }
    }

    TestClient(Socket socket) {
        this.socket = socket;
    }

    static TestClient of(InetSocketAddress address) throws IOException {
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(10_000);
        return new TestClient(socket);
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    String readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (head.indexOf("\r\n\r\n") < 0) {
            int value = in.read();
            if (value < 0) {
                throw new EOFException("after \"" + head + "\"");
            }
            head.append((char) value);
        }
        return head.toString();
    }

    /** Head, and a body as long as Content-Length says. */
    Answer readAnswer() throws IOException {
        String head = readHead();
        Matcher length = LENGTH.matcher(head);
        return new Answer(head, length.find() ? read(Integer.parseInt(length.group(1))) : "");
    }

    String read(int length) throws IOException {
        byte[] bytes = socket.getInputStream().readNBytes(length);
        return new String(bytes, UTF_8);
    }

    String readToEnd() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
