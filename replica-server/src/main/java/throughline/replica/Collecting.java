package throughline.replica;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Takes a small body as it comes, until all of it is there or enough to refuse it. Needs no thread while it waits: whoever
 * sends a byte now and then holds up nobody else.
 */
final class Collecting implements Runnable {
    private final Request request;
    /** Jetty has no request to ask after the answer. */
    private final Executor threads;

    private final int most;
    private final BiConsumer<ByteBuffer, Content.Chunk> then;
    /** A copy: a chunk of one byte may hold a buffer of many. */
    private ByteBuffer collected = ByteBuffer.allocate(1 << 10);

    private Scheduler.Task limit = () -> false;
    private boolean ended;

    /**
     * @param most once there is more than that, it is not read on
     * @param then what becomes of the content and what ended it: the last chunk, a failure, or an empty one
     */
    Collecting(Request request, int most, BiConsumer<ByteBuffer, Content.Chunk> then) {
        this.request = request;
        this.threads = request.getComponents().getExecutor();
        this.most = most;
        this.then = then;
    }

    /** What is there already is done with in this thread. */
    void start(long longestMilliseconds, Runnable late) {
        synchronized (this) {
            limit = request.getComponents().getScheduler().schedule(late, longestMilliseconds, TimeUnit.MILLISECONDS);
        }
        run();
    }

    /** From Jetty, where something has come. */
    @Override
    public void run() {
        Content.Chunk end = collect();
        if (end.isLast() || Content.Chunk.isFailure(end) || collected.position() > most) {
            finish(end);
        }
    }

    /** Goes on with what there is; from any thread, which is not held up. */
    void end() {
        threads.execute(() -> finish(Content.Chunk.EMPTY));
    }

    private synchronized Content.Chunk collect() {
        while (!ended && collected.position() <= most) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(this);
                break;
            }
            if (Content.Chunk.isFailure(chunk)) {
                return chunk;
            }
            add(chunk.getByteBuffer());
            chunk.release();
            if (chunk.isLast()) {
                return Content.Chunk.EOF;
            }
        }
        return Content.Chunk.EMPTY;
    }

    private void add(ByteBuffer content) {
        if (collected.remaining() < content.remaining()) {
            int needed = collected.position() + content.remaining();
            collected = ByteBuffer.allocate(2 * needed).put(collected.flip());
        }
        collected.put(content);
    }

    private void finish(Content.Chunk end) {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            limit.cancel();
        }
        then.accept(collected.flip(), end);
    }
}
