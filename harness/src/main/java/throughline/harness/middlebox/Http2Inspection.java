package throughline.harness.middlebox;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * An inspected session in HTTP/2 (RFC 9113): frames pass as they come, both ways. The box speaks for itself only when the
 * replica fails before its first frame; then it answers the client's first request and says goodbye.
 */
final class Http2Inspection {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int GOAWAY = 7;
    private static final int ACK = 1;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    /** RFC 7541, 6.2.2 and appendix A: without indexing, the name of entry 8, :status. */
    private static final int STATUS = 0x08;

    /** RFC 7541, 6.2.2: without indexing, a name that is spelt out. */
    private static final int NEW_NAME = 0x00;

    private static final int CHUNK = 64 << 10;

    private final Crossing crossing;
    private final TlsEnds settings;
    private final Destination target;
    private final ClientSession client;
    private final FirstRequest requests;

    Http2Inspection(Crossing crossing, TlsEnds settings, Destination target, ClientSession client) {
        this.crossing = crossing;
        this.settings = settings;
        this.target = target;
        this.client = client;
        this.requests = new FirstRequest(client.input());
    }

    /** Returns when the session is over. */
    void run() throws IOException {
        try {
            ReplicaSession replica = ReplicaSession.open(
                    crossing, settings, target, new ReplicaIdentityCheck(settings.replicaCheck()), "h2");
            if (!replica.protocol().equals("h2")) {
                throw new ReplicaFailedException(target + " does not speak HTTP/2");
            }
            crossing.beside("requests", () -> passRequests(replica.output()));
            passAnswers(replica);
        } catch (ReplicaFailedException failed) {
            crossing.note(String.valueOf(failed.getMessage()));
            answerFor(failed);
        }
    }

    /** Goes on reading after the replica has gone, or the answer about that could not arrive. */
    private void passRequests(OutputStream replica) {
        TolerantOutput out = new TolerantOutput(replica);
        byte[] chunk = new byte[CHUNK];
        try {
            for (int length = requests.read(chunk); length >= 0; length = requests.read(chunk)) {
                out.write(chunk, 0, length);
            }
            crossing.hangUpOnReplica();
        } catch (IOException broken) {
            if (!client.finished()) {
                crossing.note("broken off by the client: " + broken.getMessage());
            }
            crossing.cut();
        }
    }

    private void passAnswers(ReplicaSession replica) throws IOException {
        byte[] chunk = new byte[CHUNK];
        boolean some = false;
        try {
            for (int length = replica.input().read(chunk);
                    length >= 0;
                    length = replica.input().read(chunk)) {
                some = true;
                client.output().write(chunk, 0, length);
            }
        } catch (IOException broken) {
            if (!some) {
                throw replica.withoutFirstAnswer(broken);
            }
        }
        if (!some) {
            throw replica.withoutFirstAnswer(new IOException("it closed the connection"));
        }
        end();
    }

    private void answerFor(ReplicaFailedException failed) throws IOException {
        WhenClientCertificateDemanded chosen = settings.wayAt(failed.fault());
        if (failed.certificateDemanded() && chosen == WhenClientCertificateDemanded.HANG) {
            crossing.awaitBeside();
            requests.transferTo(OutputStream.nullOutputStream());
            return;
        }
        if (!(failed.certificateDemanded() && chosen == WhenClientCertificateDemanded.GO_ON_WITHOUT)) {
            answer(settings.appearance().answer(failed.fault(), target, String.valueOf(failed.getMessage())));
        }
        end();
    }

    private void answer(OwnAnswer page) throws IOException {
        if (crossing.threadsBesideNone()) {
            crossing.beside("requests", () -> passRequests(OutputStream.nullOutputStream()));
        }
        int stream = requests.await(crossing.patience());
        byte[] body = page.page().getBytes(UTF_8);
        byte[] status = Integer.toString(page.status()).getBytes(US_ASCII);
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.write(STATUS);
        header.write(status.length);
        header.writeBytes(status);
        page.fields().forEach(field -> {
            header.write(NEW_NAME);
            literal(header, field.name().toLowerCase(Locale.ROOT));
            literal(header, field.value());
        });
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        frames.writeBytes(frame(SETTINGS, 0, 0, new byte[0]));
        frames.writeBytes(frame(SETTINGS, ACK, 0, new byte[0]));
        frames.writeBytes(frame(HEADERS, END_HEADERS, stream, header.toByteArray()));
        frames.writeBytes(frame(DATA, END_STREAM, stream, body));
        frames.writeBytes(frame(
                GOAWAY, 0, 0, ByteBuffer.allocate(8).putInt(stream).putInt(0).array()));
        client.output().write(frames.toByteArray());
    }

    /** RFC 7541, 5.1 and 5.2: as it is, its length in a prefix of seven bits. */
    private static void literal(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(US_ASCII);
        int rest = bytes.length - 127;
        out.write(Math.min(bytes.length, 127));
        if (rest >= 0) {
            for (; rest >= 128; rest /= 128) {
                out.write(rest % 128 + 128);
            }
            out.write(rest);
        }
        out.writeBytes(bytes);
    }

    /** RFC 9113, 4.1. */
    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    private void end() throws IOException {
        client.finish();
        if (crossing.besideHaveEnded()) {
            crossing.sayFarewell();
        }
    }
}
