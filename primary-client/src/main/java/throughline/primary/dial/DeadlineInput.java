package throughline.primary.dial;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads a proxy's answer in chunks, within a deadline, and knows what of it was not asked for yet. */
final class DeadlineInput {
    private static final int BEGINNING = 256;

    private final Socket socket;
    private final Deadline whole;
    private Deadline deadline;
    private final byte[] buffer = new byte[8 << 10];
    private final StringBuilder beginning = new StringBuilder();
    private int position;
    private int limit;

    DeadlineInput(Socket socket, Deadline deadline) {
        this.socket = socket;
        this.whole = deadline;
        this.deadline = deadline;
    }

    /** Waits no longer than this for the rest of this answer, if that is earlier than the deadline. */
    void hurry(Duration limit) {
        Deadline sooner = Deadline.in(limit);
        if (sooner.nanoTime() - deadline.nanoTime() < 0) {
            deadline = sooner;
        }
    }

    /** The next byte, -1 at the end of the stream. */
    int read() throws IOException {
        if (position == limit) {
            socket.setSoTimeout(deadline.millisecondsLeft());
            if (!filled()) {
                return -1;
            }
        }
        return buffer[position++] & 0xff;
    }

    private boolean filled() throws IOException {
        int got = socket.getInputStream().read(buffer);
        if (got < 0) {
            return false;
        }
        position = 0;
        limit = got;
        keepBeginning(0, got);
        return true;
    }

    /** A line without its end; null at the end of the stream. Longer than {@code most} is refused. */
    @Nullable
    String line(int most) throws IOException {
        StringBuilder line = new StringBuilder();
        int next = read();
        if (next < 0) {
            return null;
        }
        while (next >= 0 && next != '\n') {
            if (line.length() == most) {
                throw new ProtocolException("a line of more than " + most + " bytes in the proxy's answer");
            }
            line.append((char) next);
            next = read();
        }
        int end = line.length();
        return end > 0 && line.charAt(end - 1) == '\r' ? line.substring(0, end - 1) : line.toString();
    }

    /** What is read from here on belongs to the next answer, which has what is left of the whole time. */
    void nextAnswer() {
        deadline = whole;
        beginning.setLength(0);
        keepBeginning(position, limit - position);
    }

    /** Whether the other end has closed, or does so within this time. What arrives meanwhile is kept. */
    boolean endsWithin(Duration patience) {
        if (position < limit) {
            return false;
        }
        try {
            socket.setSoTimeout(Math.min(DialledSocket.milliseconds(patience), deadline.millisecondsLeft()));
            return !filled();
        } catch (SocketTimeoutException stillOpen) {
            return false;
        } catch (IOException gone) {
            return true;
        }
    }

    /** The first bytes that arrived of this answer, one character each. */
    String beginning() {
        return beginning.toString();
    }

    /** What was read from the socket but not from here, then the rest of the socket's stream. */
    InputStream rest() throws IOException {
        return new Rest(socket.getInputStream());
    }

    /** Unlike {@link java.io.SequenceInputStream} it does not close the socket at the end of its stream. */
    private final class Rest extends FilterInputStream {
        Rest(InputStream socketStream) {
            super(socketStream);
        }

        @Override
        public int read() throws IOException {
            return position < limit ? buffer[position++] & 0xff : in.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (position == limit) {
                return in.read(target, offset, length);
            }
            int ready = Math.min(length, limit - position);
            System.arraycopy(buffer, position, target, offset, ready);
            position += ready;
            return ready;
        }

        @Override
        public int available() throws IOException {
            return limit - position + in.available();
        }
    }

    private void keepBeginning(int from, int length) {
        int wanted = Math.min(length, BEGINNING - beginning.length());
        beginning.append(new String(buffer, from, Math.max(0, wanted), StandardCharsets.ISO_8859_1));
    }
}
