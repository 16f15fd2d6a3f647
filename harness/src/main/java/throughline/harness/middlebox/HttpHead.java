package throughline.harness.middlebox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Start line and fields of an HTTP/1.1 message (RFC 9112, 2.1), in wire order and as sent; bytes above 127 as ISO 8859-1. */
record HttpHead(String startLine, List<Field> fields) {
    private static final int MOST_BYTES = 8 << 10;
    private static final int MOST_FIELDS = 64;
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]++");

    /** RFC 9110, 7.6.1, and what proxies have for themselves; meant for the next hop only. */
    private static final Set<String> FOR_ONE_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "upgrade");

    private static final Set<String> FOR_ALL = Set.of("content-length", "transfer-encoding", "host");

    record Field(String name, String value) {}

    HttpHead {
        fields = List.copyOf(fields);
    }

    /**
     * Reads byte by byte, so that nothing behind the empty line is taken from the stream.
     *
     * @return empty when the stream ends before the first byte
     * @throws BadRequestException when it is longer than 8 KiB, has more than 64 fields, or is not HTTP
     */
    static Optional<HttpHead> read(InputStream in) throws IOException {
        HttpLines lines = new HttpLines(in, MOST_BYTES);
        Optional<String> start = lines.next();
        if (start.isPresent() && start.get().isEmpty()) {
            // RFC 9112, 2.2: an empty line before a request is to be ignored.
            start = lines.next();
        }
        if (start.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new HttpHead(start.get(), readFields(lines)));
    }

    /** Fields up to the empty line: those of a head, or a chunked body's trailers. */
    static List<Field> readFields(HttpLines lines) throws IOException {
        List<Field> fields = new ArrayList<>();
        for (String line = lines.require(); !line.isEmpty(); line = lines.require()) {
            if (fields.size() == MOST_FIELDS) {
                throw new BadRequestException(431, "more than " + MOST_FIELDS + " header fields");
            }
            fields.add(field(line));
        }
        return fields;
    }

    /** The values of all fields of this name, in order. */
    Stream<String> values(String name) {
        return fields.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Field::value);
    }

    Optional<String> first(String name) {
        return values(name).findFirst();
    }

    /** Whether a field that is a comma-separated list holds this token. */
    boolean lists(String name, String token) {
        return tokens(name).anyMatch(token::equals);
    }

    /** The lower-case elements of a field that is a comma-separated list of tokens. */
    Stream<String> tokens(String name) {
        return values(name)
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(token -> token.strip().toLowerCase(Locale.ROOT))
                .filter(token -> !token.isEmpty());
    }

    /** What goes to the next hop: without the fields for this hop, with these behind the rest. */
    HttpHead forwarded(List<Field> added) {
        Set<String> nominated = Set.copyOf(tokens("Connection").toList());
        Stream<Field> kept = fields.stream().filter(field -> {
            String name = field.name().toLowerCase(Locale.ROOT);
            // Who nominates these would change where the message ends or goes to (RFC 9110, 7.6.1, forbids it).
            return FOR_ALL.contains(name) || (!FOR_ONE_HOP.contains(name) && !nominated.contains(name));
        });
        return new HttpHead(startLine, Stream.concat(kept, added.stream()).toList());
    }

    HttpHead without(String name) {
        return new HttpHead(
                startLine,
                fields.stream()
                        .filter(field -> !field.name().equalsIgnoreCase(name))
                        .toList());
    }

    byte[] bytes() {
        StringBuilder text = new StringBuilder(startLine).append("\r\n");
        for (Field field : fields) {
            text.append(field.name()).append(": ").append(field.value()).append("\r\n");
        }
        return text.append("\r\n").toString().getBytes(ISO_8859_1);
    }

    private static Field field(String line) throws BadRequestException {
        int colon = line.indexOf(':');
        // RFC 9112, 5.1 and 5.2: neither a space before the colon nor a folded line may pass.
        if (colon < 1 || !TOKEN.matcher(line.substring(0, colon)).matches()) {
            throw new BadRequestException(
                    400, "the header line " + QuotedLine.of(line) + " has no name before a colon");
        }
        return new Field(line.substring(0, colon), line.substring(colon + 1).strip());
    }
}
