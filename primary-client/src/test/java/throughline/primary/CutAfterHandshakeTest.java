package throughline.primary;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import throughline.primary.evidence.TlsEvidence.RecordAfterFinished;
import throughline.replica.Replica;

/** A relay that ends connections at the moment at which a rejected certificate would end them, under TLS 1.3. */
class CutAfterHandshakeTest {
    private static final Lab LAB = new Lab();
    private static final int APPLICATION_DATA = 23;

    private static Replica replica;

    @BeforeAll
    static void open(@TempDir Path store) throws IOException {
        replica = LAB.startReplica(store);
    }

    @AfterAll
    static void close() {
        replica.close();
    }

    /** The replica sends its ticket when it has accepted the client's certificate. */
    @Test
    void afterTheTicketItIsNoRejection() throws IOException {
        try (FakeServer relay = new FakeServer(wire -> relay(wire, true))) {
            ReplicationFailed failed = Lab.fails(LAB.settings(relay.port()).tlsVersions("TLSv1.3"));

            assertThat(Lab.rule(failed)).isEqualTo("unexplained");
            assertThat(Lab.all(failed, RecordAfterFinished.class))
                    .singleElement()
                    .satisfies(piece -> assertThat(piece.length()).isGreaterThan(64));
        }
    }

    /** Then the ticket proves nothing, and the likeliest is what ends most connections there. */
    @Test
    void beforeTheTicketItMayBeOne() throws IOException {
        try (FakeServer relay = new FakeServer(wire -> relay(wire, false))) {
            ReplicationFailed failed = Lab.fails(LAB.settings(relay.port()).tlsVersions("TLSv1.3"));

            assertThat(Lab.rule(failed)).isEqualTo("mtls.certificate-rejected");
            assertThat(Lab.all(failed, RecordAfterFinished.class)).isEmpty();
        }
    }

    /** Passes records until the replica's first one after the client's Finished, with that one or without. */
    private static void relay(Wire wire, boolean withTicket) throws IOException {
        try (Socket onward = new Socket(InetAddress.getLoopbackAddress(), replica.port())) {
            AtomicBoolean clientHasEncrypted = new AtomicBoolean();
            Thread up = new Thread(() -> up(wire.socket(), onward, clientHasEncrypted), "relay-up");
            up.setDaemon(true);
            up.start();
            byte[] record = record(onward);
            while (!clientHasEncrypted.get()) {
                wire.send(record);
                record = record(onward);
            }
            if (withTicket) {
                wire.send(record);
            }
            wire.socket().shutdownOutput();
            up.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Told before it leaves: the replica answers only then. */
    private static void up(Socket client, Socket onward, AtomicBoolean clientHasEncrypted) {
        try {
            while (true) {
                byte[] record = record(client);
                if (record[0] == APPLICATION_DATA) {
                    clientHasEncrypted.set(true);
                }
                onward.getOutputStream().write(record);
            }
        } catch (IOException ended) {
            // By the client, or by the test.
        }
    }

    private static byte[] record(Socket from) throws IOException {
        DataInputStream in = new DataInputStream(from.getInputStream());
        byte[] header = new byte[5];
        in.readFully(header);
        byte[] record = Arrays.copyOf(header, 5 + (((header[3] & 0xff) << 8) | (header[4] & 0xff)));
        in.readFully(record, 5, record.length - 5);
        return record;
    }
}
