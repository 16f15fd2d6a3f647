package throughline.primary.dial;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The content of a refusal by a proxy: its beginning is kept, the rest is read so that the connection can be used again.
 *
 * @param complete whether it was read to its end; a body that ends with the connection never is
 */
record AnswerBody(String kept, boolean complete) {
    private static final Pattern CHARSET = Pattern.compile("charset\\s*=\\s*\"?([^\\s\";]+)", Pattern.CASE_INSENSITIVE);

    /**
     * Reads by Content-Length, in chunks, or to the end (RFC 9112 section 6.3). A body that stalls or breaks is evidence
     * all the same: what arrived is kept.
     *
     * @param keep how many bytes are kept
     * @param most how many are read
     */
    static AnswerBody read(DeadlineInput in, Map<String, List<String>> headers, int keep, int most) {
        Reader reader = new Reader(in, keep, most);
        boolean complete = false;
        try {
            if (last(headers, "transfer-encoding").toLowerCase(Locale.ROOT).contains("chunked")) {
                complete = reader.chunks();
            } else if (headers.containsKey("content-length")) {
                complete = reader.exactly(length(last(headers, "content-length")));
            } else {
                reader.exactly(keep);
            }
        } catch (IOException e) {
            complete = false;
        }
        return new AnswerBody(reader.kept.toString(charset(headers)), complete);
    }

    /** A page may be in any script: by the charset it names, else in UTF-8. */
    private static Charset charset(Map<String, List<String>> headers) {
        Matcher named = CHARSET.matcher(last(headers, "content-type"));
        try {
            return named.find() ? Charset.forName(named.group(1)) : StandardCharsets.UTF_8;
        } catch (IllegalArgumentException e) {
            return StandardCharsets.UTF_8;
        }
    }

    private static String last(Map<String, List<String>> headers, String name) {
        List<String> values = headers.getOrDefault(name, List.of());
        return values.isEmpty() ? "" : values.get(values.size() - 1);
    }

    private static long length(String text) {
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : Long.MAX_VALUE;
    }

    private static final class Reader {
        private final DeadlineInput in;
        private final int keep;
        private final int most;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private long total;

        Reader(DeadlineInput in, int keep, int most) {
            this.in = in;
            this.keep = keep;
            this.most = most;
        }

        /** Whether that many bytes arrived; stops early at the limit and at the end of the stream. */
        boolean exactly(long length) throws IOException {
            for (long i = 0; i < length; i++) {
                int next = total < most ? in.read() : -1;
                if (next < 0) {
                    return false;
                }
                total++;
                if (kept.size() < keep) {
                    kept.write(next);
                }
            }
            return true;
        }

        /** RFC 9112 section 7.1; trailers are passed over. */
        boolean chunks() throws IOException {
            for (long size = size(in.line(100)); size > 0; size = size(in.line(100))) {
                if (!exactly(size) || in.line(2) == null) {
                    return false;
                }
            }
            String trailer = in.line(1000);
            while (trailer != null && !trailer.isEmpty()) {
                trailer = in.line(1000);
            }
            return trailer != null;
        }

        private static long size(@Nullable String line) throws IOException {
            String digits = line == null ? "" : line.split(";", 2)[0].strip();
            if (!digits.matches("[0-9A-Fa-f]{1,8}")) {
                throw new ProtocolException("a chunk size that is none");
            }
            return Long.parseLong(digits, 16);
        }
    }
}
