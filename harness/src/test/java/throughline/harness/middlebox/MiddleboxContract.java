package throughline.harness.middlebox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import throughline.harness.middlebox.MiddleboxKind.Asked;

/**
 * What every box has to do, imitated or real. Behind it stands a replica that sends back what it gets: in plain TCP behind a
 * box that passes bytes, in HTTP/1.1 over TLS behind one that ends TLS.
 */
@Timeout(120)
abstract class MiddleboxContract {
    private static final int PIECE = 1 << 20;
    private static final int PIECES = 64;
    private static final byte[] RANDOM = new byte[PIECE];

    static {
        new Random(20261123).nextBytes(RANDOM);
    }

    private EchoReplica replica;
    private Middlebox box;
    private int reachedBefore;
    private int passagesBefore;

    /** What the contract promises; a product may be unable to keep a clause. */
    enum Clause {
        CARRIES_BYTES,
        HALF_CLOSE,
        HUNDRED_CONNECTIONS,
        CREDENTIALS,
        NO_ORDER,
        CLOSING
    }

    /** Opens the box, so that whatever it is asked for leads to this replica, {@code replica.test}. */
    abstract Middlebox open(EchoReplica behind);

    /** The same, and it wants credentials; absent for a kind that is not asked. */
    abstract Optional<Middlebox> openGuarded(EchoReplica behind);

    abstract MiddleboxKind kind();

    /** A client's way through the box to the replica, as far as TLS with whom the client meets there. */
    abstract TestClient enter(Middlebox through) throws IOException;

    /** Why this box does not keep the clause; absent when it does. */
    Optional<String> exception(Clause clause) {
        return Optional.empty();
    }

    /** The replica of the next test. */
    EchoReplica replica() {
        return kind().endsTls() ? EchoReplica.overHttp() : EchoReplica.plain();
    }

    /** How a request names the replica. */
    String host() {
        return "replica.test";
    }

    /** Called after every test. */
    void finished(Middlebox used, EchoReplica behind) throws IOException {
        used.close();
        behind.close();
    }

    @BeforeEach
    void open() {
        replica = replica();
        box = open(replica);
        reachedBefore = replica.connections();
        passagesBefore = box.passages().size();
    }

    @AfterEach
    void close() throws IOException {
        if (box != null) {
            finished(box, replica);
        }
    }

    @Test
    void carries64MiBBothWaysUnchanged() throws Exception {
        require(Clause.CARRIES_BYTES);
        try (TestClient client = enter(box)) {
            begin(client, (long) PIECES * PIECE);
            FutureTask<Void> sending = beside(() -> {
                for (int piece = 0; piece < PIECES; piece++) {
                    client.socket.getOutputStream().write(piece(piece));
                }
                return null;
            });
            awaitAnswer(client);
            for (int piece = 0; piece < PIECES; piece++) {
                byte[] received = client.socket.getInputStream().readNBytes(PIECE);
                assertThat(received).as("piece %d", piece).isEqualTo(piece(piece));
            }
            sending.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void aClientThatHasFinishedStillGetsTheAnswer() throws IOException {
        require(Clause.HALF_CLOSE);
        try (TestClient client = enter(box)) {
            begin(client, 5);
            client.send("hello");
            client.socket.shutdownOutput();

            awaitAnswer(client);
            assertThat(client.read(5)).isEqualTo("hello");
            assertThat(client.readToEnd()).isEmpty();
        }
        if (box.tells().equals(Told.all())) {
            assertThat(Await.onlyPassage(box).note()).isEmpty();
        }
    }

    @Test
    void carries100ConnectionsAtOnce() throws IOException {
        require(Clause.HUNDRED_CONNECTIONS);
        List<TestClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                clients.add(enter(box));
            }
            for (int i = 0; i < clients.size(); i++) {
                begin(clients.get(i), 3);
                clients.get(i).send("%03d".formatted(i));
            }
            for (int i = 0; i < clients.size(); i++) {
                awaitAnswer(clients.get(i));
                assertThat(clients.get(i).read(3)).isEqualTo("%03d".formatted(i));
            }
            // Asked for once: a log may have grown by the next time.
            List<Passage> all = box.passages();
            List<Passage> passages = all.subList(passagesBefore, all.size());
            if (box.tells().contains(Told.OPEN)) {
                assertThat(passages).hasSize(100);
            }
            if (box.tells().equals(Told.all())) {
                assertThat(passages).noneMatch(Passage::ended);
            }
        } finally {
            for (TestClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void whoHasNoCredentialsIsRefused() throws IOException {
        require(Clause.CREDENTIALS);
        Optional<Middlebox> guarded = openGuarded(replica);
        assumeTrue(guarded.isPresent(), kind().id() + " is asked nothing, so it asks for nothing");
        try (Middlebox closed = guarded.orElseThrow();
                TestClient client = TestClient.of(closed.address())) {
            if (kind().asked() == Asked.SOCKS) {
                // RFC 1928, 3: version 5, one method, none; the answer is that no method is acceptable.
                client.socket.getOutputStream().write(new byte[] {5, 1, 0});
                assertThat(client.socket.getInputStream().readAllBytes()).containsExactly(5, 0xff);
            } else {
                client.send("CONNECT replica.test:443 HTTP/1.1\r\nHost: replica.test:443\r\n\r\n");
                TestClient.Answer answer = client.readAnswer();
                assertThat(answer.statusLine()).matches("HTTP/1\\.[01] 407 .*");
                assertThat(answer.head()).containsIgnoringCase("\r\nProxy-Authenticate: ");
            }
        }
        assertThat(replica.connections()).isEqualTo(reachedBefore);
    }

    @Test
    void whatIsNoOrderToConnectIsRefused() throws IOException {
        require(Clause.NO_ORDER);
        assumeTrue(kind().asked() != Asked.NOTHING, kind().id() + " takes no orders");
        try (TestClient client = TestClient.of(box.address())) {
            client.send("GET /metrics HTTP/1.1\r\nHost: replica.test\r\n\r\n");
            if (kind().asked() == Asked.SOCKS) {
                assertThat(client.socket.getInputStream().readNBytes(1)).isNotEqualTo(new byte[] {5});
            } else {
                // RFC 9110, 15.5: the client's fault.
                assertThat(client.readHead()).matches("(?s)HTTP/1\\.[01] 4\\d\\d .*");
            }
        }
        assertThat(replica.connections()).isEqualTo(reachedBefore);
    }

    @Test
    void closingLeavesNoThreadAndNoPort() throws IOException {
        require(Clause.CLOSING);
        try (TestClient client = enter(box)) {
            begin(client, 2);
            client.send("ab");
            awaitAnswer(client);
            client.read(2);

            Leftovers.afterClosing(box);
            if (box.tells().equals(Told.all())) {
                assertThat(box.passages()).hasSize(1).allMatch(Passage::ended);
            }
        }
    }

    private void require(Clause clause) {
        Optional<String> reason = exception(clause);
        assumeTrue(reason.isEmpty(), () -> reason.orElse(""));
    }

    /** Says how much will come, where that has to be said. */
    private void begin(TestClient client, long length) throws IOException {
        if (kind().endsTls()) {
            client.send("POST /echo HTTP/1.1\r\nHost: " + host() + "\r\nConnection: close\r\nContent-Length: " + length
                    + "\r\n\r\n");
        }
    }

    private void awaitAnswer(TestClient client) throws IOException {
        if (kind().endsTls()) {
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
        }
    }

    private static byte[] piece(int number) {
        byte[] piece = RANDOM.clone();
        ByteBuffer.wrap(piece).putLong(number);
        return piece;
    }

    private static FutureTask<Void> beside(Callable<Void> work) {
        FutureTask<Void> task = new FutureTask<>(work);
        Thread thread = new Thread(task, "test-sender");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    /** Sends back what it gets. */
    static final class EchoReplica implements AutoCloseable {
        private final PlainServer server;
        private final AutoCloseable whole;

        private EchoReplica(PlainServer server, AutoCloseable whole) {
            this.server = server;
            this.whole = whole;
        }

        static EchoReplica plain() {
            return plain(PlainServer.LOOPBACK);
        }

        static EchoReplica plain(InetSocketAddress at) {
            PlainServer echo = PlainServer.echo(at);
            return new EchoReplica(echo, echo);
        }

        /** The body of the one request on each connection. */
        static EchoReplica overHttp() {
            return overHttp(PlainServer.LOOPBACK, (in, out, length) -> {
                head(out, length);
                copy(in, out, length);
            });
        }

        /** The same, but not before all of it has come: some products hold an answer back until the request is whole. */
        static EchoReplica overHttpInTurn(InetSocketAddress at) {
            return overHttp(at, (in, out, length) -> {
                byte[] body = in.readNBytes((int) length);
                head(out, length);
                out.write(body);
            });
        }

        @FunctionalInterface
        private interface Echo {
            void send(InputStream in, OutputStream out, long length) throws IOException;
        }

        private static EchoReplica overHttp(InetSocketAddress at, Echo echo) {
            TlsReplica tls = new TlsReplica(at, Pki.REPLICA, parameters -> {}, socket -> {
                String head = new TestClient(socket).readHead();
                long length = Long.parseLong(head.replaceAll("(?is).*\\r\\ncontent-length: (\\d+)\\r\\n.*", "$1"));
                echo.send(socket.getInputStream(), socket.getOutputStream(), length);
            });
            return new EchoReplica(tls.server(), tls);
        }

        private static void head(OutputStream out, long length) throws IOException {
            out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n").getBytes(ISO_8859_1));
        }

        private static void copy(InputStream in, OutputStream out, long length) throws IOException {
            byte[] chunk = new byte[64 << 10];
            for (long left = length; left > 0; ) {
                int count = in.read(chunk, 0, (int) Math.min(left, chunk.length));
                out.write(chunk, 0, count);
                left -= count;
            }
        }

        Routes routes() {
            return Routes.to("replica.test", server.address());
        }

        PlainServer server() {
            return server;
        }

        int connections() {
            return server.peerPorts().size();
        }

        @Override
        public void close() throws IOException {
            try {
                whole.close();
            } catch (IOException | RuntimeException failed) {
                throw failed;
            } catch (Exception impossible) {
                throw new AssertionError(impossible);
            }
        }
    }
}
