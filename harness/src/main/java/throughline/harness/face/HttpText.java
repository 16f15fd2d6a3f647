package throughline.harness.face;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The head of an HTTP/1 message as it came, and as much of its body as a signature needs. */
record HttpText(String startLine, List<Field> fields) {
    private static final int MOST = 64 << 10;

    HttpText {
        fields = List.copyOf(fields);
    }

    record Field(String name, String value) {}

    /** Absent when the stream ends before its first byte. */
    static Optional<HttpText> read(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!ended(head)) {
            int next = in.read();
            if (next < 0 && head.size() == 0) {
                return Optional.empty();
            }
            if (next < 0 || head.size() == MOST) {
                throw new IOException("a head that does not end");
            }
            head.write(next);
        }
        String[] lines = head.toString(ISO_8859_1).split("\r?\n", -1);
        List<Field> fields = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon > 0) {
                fields.add(new Field(
                        lines[i].substring(0, colon),
                        lines[i].substring(colon + 1).strip()));
            }
        }
        return Optional.of(new HttpText(lines[0].strip(), fields));
    }

    int status() {
        String[] parts = startLine.split(" ", 3);
        return parts.length > 1 && parts[1].matches("\\d{3}") ? Integer.parseInt(parts[1]) : 0;
    }

    Optional<String> value(String name) {
        return fields.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Field::value)
                .findFirst();
    }

    /** By Content-Length, otherwise up to the end or to whatever stops it. */
    String body(InputStream in) {
        int length = value("content-length")
                .filter(digits -> digits.matches("\\d{1,5}"))
                .map(Integer::parseInt)
                .orElse(MOST);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try {
            for (int left = length; left > 0; left--) {
                int next = in.read();
                if (next < 0) {
                    break;
                }
                body.write(next);
            }
        } catch (IOException broken) {
            // What came is what there is.
        }
        return body.toString(ISO_8859_1);
    }

    private static boolean ended(ByteArrayOutputStream head) {
        String text = head.size() < 2 ? "" : head.toString(ISO_8859_1);
        return text.endsWith("\r\n\r\n") || text.endsWith("\n\n");
    }
}
