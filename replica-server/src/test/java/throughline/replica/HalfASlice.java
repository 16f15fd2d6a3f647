package throughline.replica;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.util.Arrays;
import javax.net.ssl.SSLSocket;
import throughline.protocol.ConnectionView;
import throughline.protocol.MediaTypes;

/** A slice of change set 1/1 of which a part has been sent over HTTP/1.1, and the replica is reading it. */
final class HalfASlice implements AutoCloseable {
    private static final byte[] SLICE = Slices.of(0, new byte[] {1});
    private static final int SENT = 10;

    private final SSLSocket socket;

    HalfASlice(Lab lab, String machine) throws Exception {
        socket = lab.socket(lab.context(), "TLSv1.3");
        String head = "POST /v1/machines/" + machine + "/change-sets/1/1/slices/0 HTTP/1.1\r\nHost: x\r\n"
                + "Throughline-Attempt: " + Lab.ATTEMPT + "\r\nContent-Type: " + MediaTypes.SLICE
                + "\r\nContent-Length: " + SLICE.length + "\r\n\r\n";
        long requests = requests(lab);
        socket.getOutputStream().write(head.getBytes(US_ASCII));
        socket.getOutputStream().write(SLICE, 0, SENT);
        Await.until(() -> requests(lab) > requests);
    }

    private static long requests(Lab lab) {
        return lab.replica.connections().stream()
                .mapToLong(ConnectionView::requests)
                .sum();
    }

    /** Sends the rest, and returns the first line of the answer. */
    String finish() throws IOException {
        socket.getOutputStream().write(Arrays.copyOfRange(SLICE, SENT, SLICE.length));
        return readLine();
    }

    String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = socket.getInputStream().read();
                next >= 0 && next != '\r';
                next = socket.getInputStream().read()) {
            line.append((char) next);
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
