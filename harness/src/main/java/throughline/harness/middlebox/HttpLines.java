package throughline.harness.middlebox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Lines of HTTP/1.1 with a limit on all of them together. Ends in CRLF, or in LF alone as RFC 9112, 2.2, lets a recipient take it. */
final class HttpLines {
    private final InputStream in;
    private final int limit;
    private int length;

    HttpLines(InputStream in, int limit) {
        this.in = in;
        this.limit = limit;
    }

    /** Without its end; empty when the stream ends where a line would begin. */
    Optional<String> next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int value = in.read(); value >= 0; value = in.read()) {
            if (value == '\n') {
                return Optional.of(line.toString(ISO_8859_1));
            }
            count();
            if (value == '\r') {
                requireLineFeed();
                return Optional.of(line.toString(ISO_8859_1));
            }
            requireText(value);
            line.write(value);
        }
        if (line.size() > 0) {
            throw new EOFException("the connection ended inside an HTTP head");
        }
        return Optional.empty();
    }

    /** A line that has to be there. */
    String require() throws IOException {
        return next().orElseThrow(() -> new EOFException("the connection ended inside an HTTP head"));
    }

    private void count() throws BadRequestException {
        length++;
        if (length > limit) {
            throw new BadRequestException(431, "the head is longer than " + limit + " bytes");
        }
    }

    private void requireLineFeed() throws IOException {
        int value = in.read();
        if (value != '\n') {
            throw new BadRequestException(400, "a carriage return is followed by byte " + value + "; accepted is 10");
        }
    }

    /** At once and not at the end of the line: bytes that are not HTTP may hold no line end for a long time. */
    private static void requireText(int value) throws BadRequestException {
        if ((value < ' ' && value != '\t') || value == 0x7f) {
            throw new BadRequestException(400, "byte " + value + " stands in a line; accepted is text");
        }
    }
}
