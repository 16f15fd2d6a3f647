package throughline.harness.middlebox;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keeps every request as it came over TLS, head and body, and gives each the same answer. */
final class RecordingReplica implements AutoCloseable {
    private static final Pattern LENGTH = Pattern.compile("(?i)\\r\\ncontent-length: (\\d+)\\r\\n");

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final TlsReplica replica;

    RecordingReplica(String answer) {
        replica = new TlsReplica(Pki.REPLICA, parameters -> {}, socket -> {
            TestClient peer = new TestClient(socket);
            while (true) {
                String head = peer.readHead();
                requests.add(head + body(peer, head));
                peer.send(answer);
            }
        });
    }

    static RecordingReplica ok() {
        return new RecordingReplica("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    }

    InetSocketAddress address() {
        return replica.address();
    }

    /** In order. */
    List<String> requests() {
        return requests;
    }

    TlsReplica tls() {
        return replica;
    }

    @Override
    public void close() throws IOException {
        replica.close();
    }

    private static String body(TestClient peer, String head) throws IOException {
        if (head.toLowerCase(java.util.Locale.ROOT).contains("\r\ntransfer-encoding: ")) {
            // The last chunk and the trailers end in an empty line; nothing in the tests' chunks does.
            return peer.readHead();
        }
        Matcher length = LENGTH.matcher(head);
        return length.find() ? peer.read(Integer.parseInt(length.group(1))) : "";
    }
}
