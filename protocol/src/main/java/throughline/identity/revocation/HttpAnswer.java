package throughline.identity.revocation;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import throughline.identity.revocation.HttpRevocationFetch.Deadline;

/** What comes back on a socket after one HTTP/1.0 request (RFC 1945, 6; RFC 9112, 6.3), until a deadline. */
final class HttpAnswer {
    private static final int LARGEST_HEAD = 16 * 1024;
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] (\\d{3})( .*)?");
    private static final Pattern LENGTH = Pattern.compile("content-length:[ \\t]*(\\d{1,18})[ \\t]*");

    private final Socket socket;
    private final Deadline deadline;
    private final byte[] buffer = new byte[8 * 1024];
    private int start;
    private int end;

    HttpAnswer(Socket socket, Deadline deadline) {
        this.socket = socket;
        this.deadline = deadline;
    }

    /** The body of an answer of status 200; the connection's end is the end of one without a length. */
    byte[] body(int largest) throws IOException {
        String[] head = head().split("\r?\n");
        Matcher status = STATUS_LINE.matcher(head[0]);
        if (!status.matches()) {
            throw new IOException("what answered does not speak HTTP");
        }
        if (!status.group(1).equals("200")) {
            throw new IOException("answered " + status.group(1));
        }
        if (Arrays.stream(head).anyMatch(line -> line.toLowerCase(Locale.ROOT).startsWith("transfer-encoding:"))) {
            throw new IOException("answered in pieces, which an HTTP/1.0 request does not allow");
        }
        return body(length(head), largest);
    }

    private byte[] body(Optional<Long> length, int largest) throws IOException {
        if (length.isPresent() && length.get() > largest) {
            throw new IOException("answered with %d bytes, and at most %d are taken".formatted(length.get(), largest));
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while ((length.isEmpty() || body.size() < length.get()) && filled()) {
            body.write(buffer, start, end - start);
            start = end;
            if (body.size() > largest) {
                throw new IOException("answered with more than %d bytes".formatted(largest));
            }
        }
        if (length.isPresent() && body.size() < length.get()) {
            throw new EOFException("ended after %d of %d bytes".formatted(body.size(), length.get()));
        }
        return length.isPresent()
                ? Arrays.copyOf(body.toByteArray(), length.get().intValue())
                : body.toByteArray();
    }

    /** Up to the empty line, without it. */
    private String head() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        boolean lineIsEmpty = true;
        while (filled()) {
            byte octet = buffer[start++];
            if (octet == '\n' && lineIsEmpty) {
                return head.toString(StandardCharsets.ISO_8859_1);
            }
            if (octet != '\r') {
                lineIsEmpty = octet == '\n';
            }
            head.write(octet);
            if (head.size() > LARGEST_HEAD) {
                throw new IOException("answered with a head of more than %d bytes".formatted(LARGEST_HEAD));
            }
        }
        throw new EOFException(head.size() == 0 ? "closed the connection without an answer" : "ended within its head");
    }

    private static Optional<Long> length(String[] head) {
        return Arrays.stream(head)
                .map(line -> LENGTH.matcher(line.toLowerCase(Locale.ROOT)))
                .filter(Matcher::matches)
                .map(length -> Long.valueOf(length.group(1)))
                .findFirst();
    }

    private boolean filled() throws IOException {
        if (start < end) {
            return true;
        }
        socket.setSoTimeout(deadline.millisecondsLeft());
        InputStream in = socket.getInputStream();
        start = 0;
        end = Math.max(0, in.read(buffer));
        return end > 0;
    }
}
