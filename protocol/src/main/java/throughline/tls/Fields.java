package throughline.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.HexFormat;

/**
 * The fields of one message, read front to back in the presentation language of RFC 8446 3. Every length is compared with
 * the bytes that are there before it is used.
 */
final class Fields {
    private final String message;
    private final byte[] bytes;
    private final int start;
    private final int end;
    private int position;

    /** The {@code message} is named in errors, whose offsets count from {@code from}. */
    Fields(String message, byte[] bytes, int from, int to) {
        this(message, bytes, from, from, to);
    }

    private Fields(String message, byte[] bytes, int start, int position, int end) {
        this.message = message;
        this.bytes = bytes;
        this.start = start;
        this.position = position;
        this.end = end;
    }

    boolean isEmpty() {
        return position == end;
    }

    int uint8(String field) throws Undecodable {
        need(1, field);
        return bytes[position++] & 0xff;
    }

    int uint16(String field) throws Undecodable {
        need(2, field);
        return (bytes[position++] & 0xff) << 8 | (bytes[position++] & 0xff);
    }

    String hex(String field, int length) throws Undecodable {
        need(length, field);
        position += length;
        return HexFormat.of().formatHex(bytes, position - length, position);
    }

    /** A vector with a length of one byte, {@code field<least..most>}. */
    Fields vector8(String field, int least, int most) throws Undecodable {
        return vector(field, 1, uint8(field), least, most);
    }

    /** A vector with a length of two bytes, {@code field<least..most>}. */
    Fields vector16(String field, int least, int most) throws Undecodable {
        return vector(field, 2, uint16(field), least, most);
    }

    /** All that is left, as lower-case hex. */
    String hex() {
        String hex = HexFormat.of().formatHex(bytes, position, end);
        position = end;
        return hex;
    }

    /** All that is left, one character for one byte. */
    String text() {
        String text = new String(bytes, position, end - position, ISO_8859_1);
        position = end;
        return text;
    }

    void expectEnd() throws Undecodable {
        if (!isEmpty()) {
            throw new Undecodable((end - position) + " more bytes at " + where(position), "none");
        }
    }

    /** A refusal of the value that was just read from the last {@code width} bytes. */
    Undecodable refuse(String seen, int width, String accepted) {
        return new Undecodable(seen + " at " + where(position - width), accepted);
    }

    private Fields vector(String field, int width, int length, int least, int most) throws Undecodable {
        if (length < least || length > most) {
            throw refuse(field + " length " + length, width, least + " to " + most);
        }
        if (length > end - position) {
            throw refuse(field + " length " + length, width, "at most the " + (end - position) + " bytes that follow");
        }
        position += length;
        return new Fields(message, bytes, start, position - length, position);
    }

    private void need(int count, String field) throws Undecodable {
        if (end - position < count) {
            throw new Undecodable(
                    (end - position) + " bytes for " + field + " at " + where(position), "at least " + count);
        }
    }

    private String where(int at) {
        return "byte " + (at - start) + " of the " + message;
    }
}
