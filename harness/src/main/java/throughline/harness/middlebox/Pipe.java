package throughline.harness.middlebox;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Passes bytes both ways as they come, on two threads. Each end may stop sending and go on receiving; an error ends both
 * directions.
 */
final class Pipe {
    private static final int CHUNK = 64 << 10;

    private final Crossing crossing;
    private final AtomicBoolean oneEndFinished = new AtomicBoolean();

    /** Where bytes come from, where they go, and how the other end learns that there are no more. */
    record End(InputStream in, OutputStream out, Finish finish) {
        /** Ends the stream towards this end. */
        @FunctionalInterface
        interface Finish {
            void run() throws IOException;
        }
    }

    private Pipe(Crossing crossing) {
        this.crossing = crossing;
    }

    /** Returns when both directions have ended. */
    static void bothWays(Crossing crossing, End client, End replica) {
        Pipe pipe = new Pipe(crossing);
        Thread back = crossing.beside("back", () -> pipe.pass(replica, client, false));
        pipe.pass(client, replica, true);
        Crossing.await(back);
    }

    private void pass(End from, End to, boolean fromClient) {
        try {
            byte[] chunk = new byte[CHUNK];
            for (int length = from.in().read(chunk);
                    length >= 0;
                    length = from.in().read(chunk)) {
                to.out().write(chunk, 0, length);
            }
            oneEndFinished.set(true);
            to.finish().run();
        } catch (IOException broken) {
            broken(broken, fromClient);
        }
    }

    private void broken(IOException broken, boolean fromClient) {
        if (crossing.parting()) {
            if (fromClient) {
                crossing.sayFarewell();
                crossing.cut();
            } else {
                crossing.cutAfterFarewell();
            }
            return;
        }
        // An end that has finished may close at once and let what still comes bounce; that is no failure.
        if (!oneEndFinished.get()) {
            String direction = fromClient ? "from the client to the replica" : "from the replica to the client";
            crossing.note("broken " + direction + ": " + broken.getMessage());
        }
        crossing.cut();
    }
}
