package throughline.replica;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;
import throughline.protocol.Json;
import throughline.protocol.MalformedMessageException;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;

/**
 * The body of one request, straight from Jetty's chunks: read whole as a message, as a channel by one thread that waits for
 * what comes, or left over when the request was refused.
 */
final class RequestBody implements ReadableByteChannel {
    private static final int LARGEST_MESSAGE = 64 << 10;

    /** What an answer is ready to read before it gives up the connection: what may have arrived already. */
    private static final int WORTH_READING = 1 << 20;

    private final Request request;
    /** Permits come from the chunk that was waited for, and from {@link #abort}. */
    private final Semaphore wake = new Semaphore(0);

    private final Runnable arrived = Invocable.from(Invocable.InvocationType.NON_BLOCKING, wake::release);
    private Content.Chunk chunk = Content.Chunk.EMPTY;
    private BodyScript script = BodyScript.none();
    private Pace pace = new Pace(Long.MAX_VALUE);
    private boolean wanted;
    private boolean ended;
    private long received;
    private volatile boolean aborted;
    private volatile boolean late;
    private volatile Optional<Collecting> collecting = Optional.empty();
    /** What was collected and is not read yet. */
    private final Queue<Content.Chunk> ahead = new ArrayDeque<>();

    RequestBody(Request request) {
        this.request = request;
    }

    /** Before it is read. */
    void follow(BodyScript given) {
        script = given;
    }

    /** Before it is read. */
    void keepTo(Pace given) {
        pace = given;
    }

    /**
     * Has something done once {@link #message} need not wait. A message must be there whole in the time for which the
     * replica bears silence.
     */
    void collect(Runnable then) {
        wanted = true;
        Collecting all = new Collecting(request, LARGEST_MESSAGE, (content, end) -> {
            ahead.add(Content.Chunk.from(content, false));
            if (end.isLast() || Content.Chunk.isFailure(end)) {
                ahead.add(end);
            }
            then.run();
        });
        collecting = Optional.of(all);
        all.start(silence(), () -> {
            late = true;
            abort();
        });
        if (aborted) {
            all.end();
        }
    }

    /** The body as one message in JSON. */
    <T> T message(Class<T> type) throws IOException {
        ByteBuffer message = ByteBuffer.allocate(1 << 10);
        try {
            while (read(message) >= 0) {
                if (message.position() > LARGEST_MESSAGE) {
                    throw new RefusedException(
                            RefusalReason.MALFORMED,
                            "the body is larger than " + LARGEST_MESSAGE + " bytes, which is the limit");
                }
                if (!message.hasRemaining()) {
                    message = ByteBuffer.allocate(2 * message.capacity()).put(message.flip());
                }
            }
        } catch (RefusedException | BodyScript.Reached e) {
            throw e;
        } catch (IOException e) {
            throw new MalformedMessageException("the request's body broke off", e);
        }
        return Json.plain().decode(Arrays.copyOf(message.array(), message.position()), type);
    }

    /**
     * Waits until there is something, for as long as the replica bears silence.
     *
     * @throws RefusedException SHUTTING_DOWN when the replica is closed meanwhile
     */
    @Override
    public int read(ByteBuffer target) throws IOException {
        wanted = true;
        if (!target.hasRemaining()) {
            return 0;
        }
        // Whoever sends fast enough is never waited for.
        refuseIfAborted();
        long most = script.mayRead(received);
        while (!chunk.hasRemaining()) {
            if (ended) {
                return -1;
            }
            next();
        }
        int count = (int) Math.min(most, Math.min(target.remaining(), chunk.remaining()));
        ByteBuffer from = chunk.getByteBuffer();
        int limit = from.limit();
        target.put(from.limit(from.position() + count));
        from.limit(limit);
        received += count;
        if (!chunk.hasRemaining()) {
            release();
        }
        rest(pace.read(count));
        return count;
    }

    /** How much of it was read. */
    long received() {
        return received;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    /** The exchange goes on: it is Jetty that ends a body. */
    @Override
    public void close() {}

    /** Ends a wait, from another thread. */
    void abort() {
        aborted = true;
        wake.release();
        collecting.ifPresent(Collecting::end);
    }

    /**
     * Whether nothing more comes, once what was asked for has been read. Waits for the end where a length does not tell,
     * because it takes the end to use the connection again; does not wait for bytes that are announced and not wanted.
     */
    boolean finished() {
        try {
            return isEndNear() ? read(ByteBuffer.allocate(1)) < 0 : exhausted();
        } catch (IOException broken) {
            return false;
        }
    }

    /** Whether all of it has arrived, after a look at what has. If not, the connection cannot be used again. */
    boolean exhausted() {
        long skipped = chunk.remaining();
        release();
        while (!ended && skipped < WORTH_READING && !aborted) {
            Content.Chunk skip = take();
            if (skip == null) {
                return false;
            }
            skipped += skip.remaining();
            ended = skip.isLast();
            skip.release();
        }
        return ended;
    }

    /** Ends the exchange, once the client has stopped sending or should have noticed the answer. */
    void discard(Callback callback) {
        boolean neverSent =
                !wanted && request.getHeaders().contains(HttpHeader.EXPECT, HttpHeaderValue.CONTINUE.asString());
        release();
        // After an abort Jetty may still have the demand of the wait, and takes one at a time.
        if (neverSent || aborted) {
            callback.succeeded();
        } else {
            new Lingering(request, callback).start();
        }
    }

    private boolean isEndNear() {
        long announced = request.getLength();
        return announced < 0 || announced <= received;
    }

    private void next() throws IOException {
        release();
        Content.Chunk read = take();
        if (read == null) {
            request.demand(arrived);
            await();
            return;
        }
        if (Content.Chunk.isFailure(read)) {
            ended = read.isLast();
            throw new IOException("the request's body broke off", read.getFailure());
        }
        ended = read.isLast();
        chunk = read;
    }

    private Content.@Nullable Chunk take() {
        return ahead.isEmpty() ? request.read() : ahead.remove();
    }

    /** For how many milliseconds the replica bears that nothing comes. */
    long silence() {
        return request.getConnectionMetaData().getConnector().getIdleTimeout();
    }

    private void release() {
        chunk.release();
        chunk = Content.Chunk.EMPTY;
    }

    private void await() throws RefusedException {
        try {
            wake.acquire();
        } catch (InterruptedException e) {
            abort();
            Thread.currentThread().interrupt();
        }
        refuseIfAborted();
    }

    private void rest(long nanoseconds) throws RefusedException {
        if (nanoseconds == 0) {
            return;
        }
        try {
            if (wake.tryAcquire(nanoseconds, TimeUnit.NANOSECONDS)) {
                refuseIfAborted();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void refuseIfAborted() throws RefusedException {
        if (late) {
            throw new RefusedException(
                    RefusalReason.MALFORMED, "the body was not there after " + silence() + " ms, which is the limit");
        }
        if (aborted) {
            throw new RefusedException(RefusalReason.SHUTTING_DOWN, "the replica is about to stop");
        }
    }
}
