package throughline.harness.middlebox;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/** Passes requests from the client's session to the replica's, one after another, bodies as they come. */
final class RequestStream {
    private static final int MOST_BUFFERED = 64 << 20;
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(US_ASCII);

    private final Crossing crossing;
    private final TlsEnds settings;
    private final Destination target;
    private final ClientSession client;
    private final ReplicaSession replica;
    private final PendingRequests pending;

    RequestStream(
            Crossing crossing,
            TlsEnds settings,
            Destination target,
            ClientSession client,
            ReplicaSession replica,
            PendingRequests pending) {
        this.crossing = crossing;
        this.settings = settings;
        this.target = target;
        this.client = client;
        this.replica = replica;
        this.pending = pending;
    }

    /** What a thread of its own does, with a first head that has been read already and is pending. */
    Runnable startingWith(HttpHead first) {
        return () -> {
            try {
                pass(first);
                pending.complete();
                if (pending.done()) {
                    // Whoever waits for answers has none to wait for, and the replica does not know that yet.
                    replica.finish();
                    crossing.hangUpOnReplica();
                }
            } catch (IOException broken) {
                if (!client.finished()) {
                    crossing.note("broken off by the client: " + broken.getMessage());
                }
                crossing.cut();
            }
        };
    }

    private void pass(HttpHead first) throws IOException {
        OutputStream out = new BufferedOutputStream(new TolerantOutput(replica.output()), HttpBody.CHUNK);
        Optional<HttpHead> next = Optional.of(first);
        try {
            while (next.isPresent() && passOne(next.get(), out)) {
                next = next();
            }
        } catch (BadRequestException refused) {
            refuse(OwnAnswer.to(refused, RequestLine.METHODS_IN_A_SESSION), String.valueOf(refused.getMessage()));
        }
    }

    private Optional<HttpHead> next() throws IOException {
        try {
            Optional<HttpHead> head = client.laterHead();
            if (head.isPresent()) {
                pending.asked(RequestLine.inASession(head.get()).method());
            }
            return head;
        } catch (BadRequestException unreadable) {
            pending.asked("");
            throw unreadable;
        }
    }

    /** Whether another one may follow on this connection. */
    private boolean passOne(HttpHead head, OutputStream out) throws IOException {
        InputStream in = client.input();
        HttpBody body = HttpBody.ofRequest(head);
        boolean last = head.lists("Connection", "close");
        if (tooLong(body)) {
            return false;
        }
        HttpHead changed =
                settings.changes().request(head, last, crossing.clientAddress().getAddress());
        OutputStream limited = limited(body, out);
        if (settings.buffersBodies()) {
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            LimitedOutput held = limited(body, whole, MOST_BUFFERED);
            encourage(head);
            body.pass(in, held);
            out.write(changed.without("Expect").bytes());
            limited.write(whole.toByteArray());
            limited.flush();
        } else {
            out.write(changed.bytes());
            out.flush();
            body.pass(in, limited);
        }
        return !last;
    }

    /** A client that waits to be told so would wait for a replica that knows of nothing yet (RFC 9110, 10.1.1). */
    private void encourage(HttpHead head) throws IOException {
        if (head.lists("Expect", "100-continue") && pending.only()) {
            client.output().write(CONTINUE);
        }
    }

    /** Whether the request said that it is longer than the box lets pass; then that has been answered. */
    private boolean tooLong(HttpBody body) throws IOException {
        Optional<Appearance.LongestDeclared> limit = settings.appearance().longestDeclared();
        if (limit.isEmpty()
                || !(body instanceof HttpBody.Length length)
                || length.bytes() <= limit.get().bytes()) {
            return false;
        }
        OwnAnswer refusal = limit.get().wording().about(target, "The request is too long for this proxy.");
        refuse(refusal, "a Content-Length of " + length.bytes());
        return true;
    }

    private void refuse(OwnAnswer refusal, String why) throws IOException {
        crossing.note(refusal.status() + ": " + why);
        if (pending.refuse(refusal)) {
            crossing.hangUpOnReplica();
        }
        client.ignore();
    }

    private OutputStream limited(HttpBody body, OutputStream out) throws BadRequestException {
        Optional<Adversity.LimitBody> limit = crossing.adversity(Adversity.LimitBody.class);
        if (limit.isEmpty()) {
            return out;
        }
        return limited(body, out, limit.get().bytes());
    }

    private static LimitedOutput limited(HttpBody body, OutputStream out, long most) throws BadRequestException {
        LimitedOutput limited = new LimitedOutput(out, most);
        if (body instanceof HttpBody.Length length) {
            limited.require(length.bytes());
        }
        return limited;
    }
}
