package throughline.primary.dial;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import throughline.primary.capture.Scrubber;

/**
 * A proxy's answer to CONNECT.
 *
 * @param headers names in lower case, each with its values in order
 * @param body the first bytes of the content, at most what evidence keeps; empty for 2xx, which has none
 * @param keepsConnection whether another request may follow on the same connection: the body was read to its end and
 *     nothing announced a close
 */
record TunnelAnswer(
        int status, String reason, Map<String, List<String>> headers, String body, boolean keepsConnection) {
    /** A reason may hold any byte (RFC 9112 section 4), also one that a regular expression takes for a line end. */
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/(\\d\\.\\d) (\\d{3})(?: (.*))?", Pattern.DOTALL);

    private static final int LONGEST_LINE = 8 << 10;
    private static final int MOST_HEADERS = 100;
    private static final Duration BODY_LIMIT = Duration.ofSeconds(1);

    /** A body up to this length is read to its end so that the connection can be used again. */
    private static final int LONGEST_BODY = 512 << 10;

    boolean opened() {
        return status >= 200 && status <= 299;
    }

    /** Reads one final answer; interim ones (1xx) are passed over. */
    static TunnelAnswer read(DeadlineInput in) throws IOException {
        for (int interim = 0; interim < 10; interim++) {
            Matcher line = statusLine(in);
            Map<String, List<String>> headers = headers(in);
            int status = Integer.parseInt(line.group(2));
            if (status >= 200) {
                return finish(in, line, status, headers);
            }
        }
        throw new ProtocolException("ten interim answers and no final one");
    }

    private static TunnelAnswer finish(DeadlineInput in, Matcher line, int status, Map<String, List<String>> headers)
            throws IOException {
        String reason = line.group(3) == null ? "" : line.group(3);
        if (status <= 299) {
            return new TunnelAnswer(status, reason, headers, "", true);
        }
        boolean persistent = (line.group(1).equals("1.1") || keepsAlive(headers)) && !closes(headers);
        // The status is the answer. A body that is announced and never comes must not use up the whole limit.
        in.hurry(BODY_LIMIT);
        AnswerBody body = AnswerBody.read(in, headers, Scrubber.BODY_LIMIT, LONGEST_BODY);
        return new TunnelAnswer(status, reason, headers, body.kept(), persistent && body.complete());
    }

    private static Matcher statusLine(DeadlineInput in) throws IOException {
        Matcher line = STATUS_LINE.matcher(required(in.line(LONGEST_LINE)));
        if (!line.matches()) {
            throw new ProtocolException("the answer to CONNECT does not begin as HTTP does");
        }
        return line;
    }

    private static Map<String, List<String>> headers(DeadlineInput in) throws IOException {
        Map<String, List<String>> headers = new TreeMap<>();
        int count = 0;
        for (String line = required(in.line(LONGEST_LINE)); !line.isEmpty(); line = required(in.line(LONGEST_LINE))) {
            if (++count > MOST_HEADERS) {
                throw new ProtocolException("more than " + MOST_HEADERS + " header lines in the answer to CONNECT");
            }
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                        .add(line.substring(colon + 1).strip());
            }
        }
        return headers;
    }

    /** What HTTP/1.0 has for it (RFC 9112 section 9.3), and what NTLM over it needs. */
    private static boolean keepsAlive(Map<String, List<String>> headers) {
        return names(headers, "connection").contains("keep-alive")
                || names(headers, "proxy-connection").contains("keep-alive");
    }

    private static boolean closes(Map<String, List<String>> headers) {
        return names(headers, "connection").contains("close")
                || names(headers, "proxy-connection").contains("close");
    }

    private static String names(Map<String, List<String>> headers, String name) {
        return String.join(",", headers.getOrDefault(name, List.of())).toLowerCase(Locale.ROOT);
    }

    private static String required(@Nullable String line) throws EOFException {
        if (line == null) {
            throw new EOFException("the proxy closed the connection before it had answered");
        }
        return line;
    }
}
