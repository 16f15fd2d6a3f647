package throughline.harness.middlebox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import throughline.protocol.Excerpt;

/** What follows a head: how its end is found (RFC 9112, 6.3), and how it is passed on with the same framing. */
sealed interface HttpBody {
    /** Passes it on as it comes; returns behind its end, with everything flushed. */
    void pass(InputStream in, OutputStream out) throws IOException;

    /**
     * How a request's body ends; without a length there is none.
     *
     * @throws BadRequestException when the end cannot be told, or could be told in two ways
     */
    static HttpBody ofRequest(HttpHead head) throws BadRequestException {
        List<String> codings = head.tokens("Transfer-Encoding").toList();
        List<String> lengths = lengths(head);
        if (codings.isEmpty()) {
            return lengths.isEmpty() ? new Length(0) : length(lengths);
        }
        if (!isChunked(codings)) {
            throw new BadRequestException(
                    501, "transfer coding " + Excerpt.of(codings.toString()) + "; accepted is chunked");
        }
        return new Chunked();
    }

    /**
     * How an answer's body ends.
     *
     * @param method of the request that it answers
     * @throws BadRequestException when the end could be told in two ways
     */
    static HttpBody ofAnswer(HttpHead head, StatusLine line, String method) throws BadRequestException {
        List<String> codings = head.tokens("Transfer-Encoding").toList();
        List<String> lengths = lengths(head);
        if (method.equals("HEAD") || line.interim() || line.status() == 204 || line.status() == 304) {
            return new Length(0);
        }
        if (!codings.isEmpty()) {
            return isChunked(codings) ? new Chunked() : new UntilClose();
        }
        return lengths.isEmpty() ? new UntilClose() : length(lengths);
    }

    private static List<String> lengths(HttpHead head) throws BadRequestException {
        List<String> lengths = head.tokens("Content-Length").toList();
        if (!lengths.isEmpty() && head.first("Transfer-Encoding").isPresent()) {
            throw new BadRequestException(400, "both Content-Length and Transfer-Encoding; accepted is one of them");
        }
        for (String name : List.of("Content-Length", "Transfer-Encoding")) {
            // It would be passed on as sent, and whoever is next may read an empty element in another way.
            if (head.values(name).anyMatch(value -> value.matches("(.*,)?[ \\t]*(,.*)?"))) {
                throw new BadRequestException(400, name + " with nothing in it; accepted is a value");
            }
        }
        return lengths;
    }

    private static HttpBody length(List<String> lengths) throws BadRequestException {
        if (lengths.size() > 1 || !lengths.get(0).matches("\\d{1,18}")) {
            throw new BadRequestException(
                    400,
                    "Content-Length " + Excerpt.of(String.join(", ", lengths)) + "; accepted is one number of bytes");
        }
        return new Length(Long.parseLong(lengths.get(0)));
    }

    private static boolean isChunked(List<String> codings) {
        return codings.get(codings.size() - 1).equals("chunked");
    }

    /** So many bytes; 0 also where there is no body at all. */
    record Length(long bytes) implements HttpBody {
        @Override
        public void pass(InputStream in, OutputStream out) throws IOException {
            byte[] chunk = new byte[(int) Math.min(bytes, CHUNK)];
            long left = bytes;
            while (left > 0) {
                int length = in.read(chunk, 0, (int) Math.min(left, chunk.length));
                if (length < 0) {
                    throw new EOFException("the connection ended " + left + " bytes before the end of a body");
                }
                out.write(chunk, 0, length);
                flushWhenIdle(in, out);
                left -= length;
            }
            out.flush();
        }
    }

    /** In chunks, with trailers (RFC 9112, 7.1). */
    record Chunked() implements HttpBody {
        private static final int LONGEST_LINE = 256;
        private static final int MOST_TRAILER_BYTES = 8 << 10;
        private static final Pattern SIZE = Pattern.compile("([0-9A-Fa-f]{1,15})[ \\t]*(?:;.*)?");

        @Override
        public void pass(InputStream in, OutputStream out) throws IOException {
            for (long size = passSize(in, out); size > 0; size = passSize(in, out)) {
                new Length(size).pass(in, out);
                if (!new HttpLines(in, LONGEST_LINE).require().isEmpty()) {
                    throw new BadRequestException(400, "a chunk is longer than its size says");
                }
                writeLine("", out);
            }
            for (HttpHead.Field trailer : HttpHead.readFields(new HttpLines(in, MOST_TRAILER_BYTES))) {
                writeLine(trailer.name() + ": " + trailer.value(), out);
            }
            writeLine("", out);
            out.flush();
        }

        private static long passSize(InputStream in, OutputStream out) throws IOException {
            String line = new HttpLines(in, LONGEST_LINE).require();
            Matcher matcher = SIZE.matcher(line);
            if (!matcher.matches()) {
                throw new BadRequestException(
                        400, "chunk size " + QuotedLine.of(line) + "; accepted is a hexadecimal number");
            }
            writeLine(line, out);
            return Long.parseLong(matcher.group(1), 16);
        }

        private static void writeLine(String line, OutputStream out) throws IOException {
            out.write((line + "\r\n").getBytes(ISO_8859_1));
        }
    }

    /** As long as the connection lives; answers only. */
    record UntilClose() implements HttpBody {
        @Override
        public void pass(InputStream in, OutputStream out) throws IOException {
            byte[] chunk = new byte[CHUNK];
            for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                out.write(chunk, 0, length);
                flushWhenIdle(in, out);
            }
            out.flush();
        }
    }

    /** What has come must not wait for what has not, and small pieces that come together should leave together. */
    private static void flushWhenIdle(InputStream in, OutputStream out) throws IOException {
        if (in.available() == 0) {
            out.flush();
        }
    }

    int CHUNK = 64 << 10;
}
