package throughline.harness.middlebox;

import java.io.IOException;
import java.io.InputStream;
import throughline.tls.ClearTextReader;

/**
 * The client's first flight, sent to the replica as it came on a connection of its own, which ends once the replica has
 * answered it. So the replica has seen the client's hello, and nothing follows from that.
 */
final class ForwardedHello {
    private static final int CHUNK = 16 << 10;

    private ForwardedHello() {}

    /** The client can still be read from the beginning. */
    static void send(Crossing crossing, Routes routes, Destination target) throws IOException {
        crossing.client().limitReading(crossing.patience());
        byte[] hello = OpeningHello.bytes(crossing.client());
        try {
            CountedSocket replica = crossing.dialBy(routes, target);
            replica.limitReading(crossing.patience());
            replica.getOutputStream().write(hello);
            awaitServerHello(replica.getInputStream());
        } catch (IOException failed) {
            crossing.note("the hello could not be forwarded: " + failed.getMessage());
        } finally {
            crossing.hangUpOnReplica();
        }
    }

    private static void awaitServerHello(InputStream in) throws IOException {
        ClearTextReader reader = new ClearTextReader();
        byte[] chunk = new byte[CHUNK];
        for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
            if (!reader.feed(chunk, 0, length).isEmpty()) {
                return;
            }
        }
    }
}
