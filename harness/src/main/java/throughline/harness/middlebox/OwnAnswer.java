package throughline.harness.middlebox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** An answer that a box gives in its own name, instead of the replica's: a small HTML page that says why. */
record OwnAnswer(int status, String reason, List<HttpHead.Field> fields, String explanation) {
    private static final Map<Integer, String> REASONS = Map.of(
            400, "Bad Request",
            403, "Forbidden",
            405, "Method Not Allowed",
            407, "Proxy Authentication Required",
            431, "Request Header Fields Too Large",
            501, "Not Implemented",
            502, "Bad Gateway",
            505, "HTTP Version Not Supported");

    OwnAnswer {
        fields = List.copyOf(fields);
    }

    static OwnAnswer of(int status, String explanation) {
        return new OwnAnswer(status, REASONS.getOrDefault(status, "Error"), List.of(), explanation);
    }

    /** With the field that says which methods are left, where that is the matter (RFC 9110, 15.5.6). */
    static OwnAnswer to(BadRequestException refused) {
        OwnAnswer answer = of(refused.status(), String.valueOf(refused.getMessage()));
        return refused.status() == 405 ? answer.with("Allow", "CONNECT") : answer;
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

    private String page() {
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
