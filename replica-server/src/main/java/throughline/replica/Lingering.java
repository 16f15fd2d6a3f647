package throughline.replica;

import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Reads on after a refusal was sent, and throws away what it reads: closing at once would reset the connection of a
 * client that is still sending, and the reset may reach it before the refusal (RFC 9112 section 9.6). Needs no thread
 * while it waits.
 */
final class Lingering implements Runnable {
    private static final int LONGEST_SECONDS = 5;

    private final Request request;
    private final Callback callback;
    private Scheduler.Task limit = () -> false;
    private boolean ended;

    Lingering(Request request, Callback callback) {
        this.request = request;
        this.callback = callback;
    }

    synchronized void start() {
        limit = request.getComponents().getScheduler().schedule(this::end, LONGEST_SECONDS, TimeUnit.SECONDS);
        run();
    }

    @Override
    public synchronized void run() {
        while (!ended) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(this);
                return;
            }
            chunk.release();
            if (chunk.isLast() || Content.Chunk.isFailure(chunk)) {
                end();
            }
        }
    }

    private synchronized void end() {
        if (!ended) {
            ended = true;
            limit.cancel();
            callback.succeeded();
        }
    }
}
