package throughline.primary;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import okhttp3.Connection;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import throughline.primary.capture.CallTrace;
import throughline.primary.replication.OutgoingSlice;
import throughline.primary.replication.PayloadStyle;
import throughline.protocol.MediaTypes;

/** A slice, read from its disk while it is sent. */
class SliceBody extends RequestBody {
    private static final MediaType TYPE = MediaType.get(MediaTypes.SLICE);

    private final OutgoingSlice slice;

    SliceBody(OutgoingSlice slice) {
        this.slice = slice;
    }

    /** The request as it goes out on this connection: how a body is left unfinished depends on the protocol. */
    static Request on(Request request, @Nullable Connection connection, CallTrace trace) {
        if (connection != null
                && request.body() instanceof SliceBody body
                && body.slice.style() == PayloadStyle.DECLARED_HUGE) {
            trace.stopSending();
            SliceBody unfinished = connection.protocol() == Protocol.HTTP_2
                    ? new OpenEnded(body.slice, request)
                    : new BrokenOff(body.slice);
            return request.newBuilder().method(request.method(), unfinished).build();
        }
        return request;
    }

    @Override
    public MediaType contentType() {
        return TYPE;
    }

    @Override
    public long contentLength() {
        return slice.style() == PayloadStyle.DECLARED_HUGE
                ? PayloadStyle.HUGE
                : slice.length().orElse(-1);
    }

    /** What was read once is not sent again by itself: the caller decides what a second attempt may send. */
    @Override
    public boolean isOneShot() {
        return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
        OutputStream out = new InPieces(sink.outputStream());
        slice.writeTo(out);
        out.flush();
    }

    /** Okio copies a whole write before it sends any of it, and keeps 64 KiB of such memory: more is allocated anew each time. */
    private static final class InPieces extends FilterOutputStream {
        private static final int PIECE = 32 << 10;

        InPieces(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int done = 0; done < length; done += PIECE) {
                out.write(bytes, offset + done, Math.min(PIECE, length - done));
            }
        }
    }

    /** HTTP/2: the stream stays open for sending until the answer has been read; then it is reset. */
    private static final class OpenEnded extends SliceBody {
        private final Optional<Abandoned> abandoned;

        OpenEnded(OutgoingSlice slice, Request request) {
            super(slice);
            this.abandoned = Optional.ofNullable(request.tag(Abandoned.class));
        }

        @Override
        public boolean isDuplex() {
            return true;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            abandoned.ifPresent(body -> body.sink = sink);
            super.writeTo(sink);
        }
    }

    /** The sending half of an exchange that will not be finished. Travels as the request's tag. */
    static final class Abandoned {
        private volatile @Nullable BufferedSink sink;

        boolean isOpen() {
            return sink != null;
        }

        /** Once the call is cancelled: OkHttp lets go of an exchange when both of its halves have ended or failed. */
        void end() {
            BufferedSink left = sink;
            if (left != null) {
                breakOff(left);
            }
        }
    }

    /**
     * HTTP/1.1: a write that fails makes OkHttp look for the answer that is there already, or will be. It fails before any
     * of it has left: Okio writes nothing on a thread that is interrupted.
     */
    private static final class BrokenOff extends SliceBody {
        BrokenOff(OutgoingSlice slice) {
            super(slice);
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            super.writeTo(sink);
            Thread.currentThread().interrupt();
            try {
                sink.write(MORE);
            } finally {
                Thread.interrupted();
            }
        }
    }

    /** More than any buffer on the way to the socket holds back. */
    private static final byte[] MORE = new byte[64 << 10];

    private static void breakOff(BufferedSink sink) {
        try {
            sink.write(MORE);
        } catch (IOException e) {
            // That was the purpose.
        }
    }
}
