package throughline.harness.middlebox;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicBoolean;

/** Passes bytes both ways as they come. Each end may stop sending and go on receiving; an error ends both directions. */
final class Pipe {
    private static final int CHUNK = 64 << 10;

    private final Crossing crossing;
    private final AtomicBoolean oneEndFinished = new AtomicBoolean();

    private Pipe(Crossing crossing) {
        this.crossing = crossing;
    }

    /** Returns when both directions have ended. */
    static void bothWays(Crossing crossing, CountedSocket replica) throws IOException {
        CountedSocket client = crossing.client();
        client.unlimitReading();
        Pipe pipe = new Pipe(crossing);
        Thread back = crossing.beside("back", () -> pipe.pass(replica, client, "from the replica to the client"));
        pipe.pass(client, replica, "from the client to the replica");
        Crossing.await(back);
    }

    private void pass(CountedSocket from, CountedSocket to, String direction) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] chunk = new byte[CHUNK];
            for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                out.write(chunk, 0, length);
            }
            oneEndFinished.set(true);
            to.shutdownOutput();
        } catch (IOException broken) {
            // An end that has finished may close at once and let what still comes bounce; that is no failure.
            if (!oneEndFinished.get()) {
                crossing.note("broken " + direction + ": " + broken.getMessage());
            }
            crossing.cut();
        }
    }
}
