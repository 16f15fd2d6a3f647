package throughline.harness.middlebox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** An answer that a box gives in its own name, instead of the replica's: a small HTML page that says why. */
record OwnAnswer(int status, String reason, List<HttpHead.Field> fields, String explanation) {
    /** RFC 9110, 15; RFC 6585 for 428, 429, 431 and 511. */
    private static final Map<Integer, String> REASONS = Map.ofEntries(
            Map.entry(200, "OK"),
            Map.entry(302, "Found"),
            Map.entry(400, "Bad Request"),
            Map.entry(401, "Unauthorized"),
            Map.entry(402, "Payment Required"),
            Map.entry(403, "Forbidden"),
            Map.entry(404, "Not Found"),
            Map.entry(405, "Method Not Allowed"),
            Map.entry(406, "Not Acceptable"),
            Map.entry(407, "Proxy Authentication Required"),
            Map.entry(408, "Request Timeout"),
            Map.entry(409, "Conflict"),
            Map.entry(410, "Gone"),
            Map.entry(411, "Length Required"),
            Map.entry(412, "Precondition Failed"),
            Map.entry(413, "Content Too Large"),
            Map.entry(414, "URI Too Long"),
            Map.entry(415, "Unsupported Media Type"),
            Map.entry(416, "Range Not Satisfiable"),
            Map.entry(417, "Expectation Failed"),
            Map.entry(421, "Misdirected Request"),
            Map.entry(422, "Unprocessable Content"),
            Map.entry(426, "Upgrade Required"),
            Map.entry(428, "Precondition Required"),
            Map.entry(429, "Too Many Requests"),
            Map.entry(431, "Request Header Fields Too Large"),
            Map.entry(500, "Internal Server Error"),
            Map.entry(501, "Not Implemented"),
            Map.entry(502, "Bad Gateway"),
            Map.entry(503, "Service Unavailable"),
            Map.entry(504, "Gateway Timeout"),
            Map.entry(505, "HTTP Version Not Supported"),
            Map.entry(511, "Network Authentication Required"));

    OwnAnswer {
        fields = List.copyOf(fields);
    }

    static OwnAnswer of(int status, String explanation) {
        return new OwnAnswer(status, REASONS.getOrDefault(status, "Error"), List.of(), explanation);
    }

    /** @param allowed the methods that are left, said where that is the matter (RFC 9110, 15.5.6) */
    static OwnAnswer to(BadRequestException refused, String allowed) {
        OwnAnswer answer = of(refused.status(), String.valueOf(refused.getMessage()));
        return refused.status() == 405 ? answer.with("Allow", allowed) : answer;
    }

    /** A page in the clear, wherever the client is, and the end. */
    static void send(Adversity.AnswerPage page, Crossing crossing) throws IOException {
        crossing.refuse("adversity " + page);
        crossing.clientOutput().write(portal(page).bytes());
        crossing.sayFarewell();
    }

    /** What a captive portal says to everything. */
    static OwnAnswer portal(Adversity.AnswerPage page) {
        return of(page.status(), "Log in to use this network.").with("Connection", "close");
    }

    OwnAnswer as(String otherReason) {
        return new OwnAnswer(status, otherReason, fields, explanation);
    }

    OwnAnswer with(String name, String value) {
        List<HttpHead.Field> more = new ArrayList<>(fields);
        more.add(new HttpHead.Field(name, value));
        return new OwnAnswer(status, reason, more, explanation);
    }

    /** Head and page, framed by Content-Length. */
    byte[] bytes() {
        byte[] page = page().getBytes(UTF_8);
        byte[] head = new HttpHead(
                        "HTTP/1.1 " + status + " " + reason,
                        with("Content-Type", "text/html; charset=utf-8")
                                .with("Content-Length", Integer.toString(page.length))
                                .fields())
                .bytes();
        byte[] both = Arrays.copyOf(head, head.length + page.length);
        System.arraycopy(page, 0, both, head.length, page.length);
        return both;
    }

    String page() {
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head><title>%1$d %2$s</title></head>
                <body>
                <h1>%1$d %2$s</h1>
                <p>%3$s</p>
                </body>
                </html>
                """.formatted(status, escaped(reason), escaped(explanation));
    }

    /** The explanation quotes what a client sent. */
    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
