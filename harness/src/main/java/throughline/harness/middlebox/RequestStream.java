package throughline.harness.middlebox;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Passes requests from the client's session to the replica's, one after another, bodies as they come. */
final class RequestStream {
    private static final HttpHead.Field VIA = new HttpHead.Field("Via", "1.1 " + Inspection.AGENT);

    private final Crossing crossing;
    private final ClientSession client;
    private final ReplicaSession replica;
    private final PendingRequests pending;

    RequestStream(Crossing crossing, ClientSession client, ReplicaSession replica, PendingRequests pending) {
        this.crossing = crossing;
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
        while (next.isPresent() && passOne(next.get(), out)) {
            next = HttpHead.read(client.input());
            if (next.isPresent()) {
                pending.asked(RequestLine.of(next.get()).method());
            }
        }
    }

    /** Whether another one may follow on this connection. */
    private boolean passOne(HttpHead head, OutputStream out) throws IOException {
        InputStream in = client.input();
        HttpBody body = HttpBody.ofRequest(head);
        boolean last = head.lists("Connection", "close");
        List<HttpHead.Field> added = new ArrayList<>(List.of(VIA));
        if (last) {
            added.add(new HttpHead.Field("Connection", "close"));
        }
        out.write(head.forwarded(added).bytes());
        out.flush();
        body.pass(in, out);
        return !last;
    }
}
