package throughline.replica;

import java.io.IOException;
import java.io.InputStream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import throughline.protocol.Json;
import throughline.protocol.MalformedMessageException;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;

/** The body of one request: read whole as a message, as a stream, or left over when the request was refused. */
final class RequestBody {
    private static final int LARGEST_MESSAGE = 64 << 10;

    /** What a refusal is ready to read before it gives up the connection: what may have arrived already. */
    private static final int WORTH_READING = 1 << 20;

    private final Request request;
    private final InputStream stream;
    private boolean wanted;

    RequestBody(Request request) {
        this.request = request;
        this.stream = Content.Source.asInputStream(request);
    }

    /** The body as one message in JSON. */
    <T> T message(Class<T> type) throws RefusedException, MalformedMessageException {
        byte[] bytes = start();
        if (bytes.length > LARGEST_MESSAGE) {
            throw new RefusedException(
                    RefusalReason.MALFORMED,
                    "the body is larger than " + LARGEST_MESSAGE + " bytes, which is the limit");
        }
        return Json.plain().decode(bytes, type);
    }

    /** The body as it arrives. */
    InputStream stream() {
        wanted = true;
        return stream;
    }

    /** Whether all of it has been read, after a look at what has arrived. If not, the connection cannot be used again. */
    boolean exhausted() {
        try {
            long skipped = stream.skip(stream.available());
            while (skipped < WORTH_READING) {
                Content.Chunk chunk = request.read();
                if (chunk == null) {
                    return false;
                }
                skipped += chunk.remaining();
                chunk.release();
                if (chunk.isLast()) {
                    return true;
                }
            }
            return false;
        } catch (IOException nothingMoreToRead) {
            return true;
        }
    }

    /** Ends the exchange, once the client has stopped sending or should have noticed the answer. */
    void discard(Callback callback) {
        boolean neverSent =
                !wanted && request.getHeaders().contains(HttpHeader.EXPECT, HttpHeaderValue.CONTINUE.asString());
        if (neverSent) {
            callback.succeeded();
        } else {
            new Lingering(request, callback).start();
        }
    }

    private byte[] start() throws MalformedMessageException {
        try {
            return stream().readNBytes(LARGEST_MESSAGE + 1);
        } catch (IOException e) {
            throw new MalformedMessageException("the request's body broke off", e);
        }
    }
}
