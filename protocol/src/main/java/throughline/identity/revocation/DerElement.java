package throughline.identity.revocation;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One element of DER (X.690), its content not yet looked at. Reading takes what others wrote: it never recurses by itself,
 * and a structure has at most {@link #MOST} elements. Tags are single octets; lengths are definite and below 2^24.
 */
final class DerElement {
    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int NULL = 0x05;
    static final int OBJECT_IDENTIFIER = 0x06;
    static final int ENUMERATED = 0x0A;
    static final int GENERALIZED_TIME = 0x18;
    static final int SEQUENCE = 0x30;

    private static final int MOST = 200;

    private final int tag;
    private final byte[] content;

    private DerElement(int tag, byte[] content) {
        this.tag = tag;
        this.content = content;
    }

    /** {@code [number]} of a primitive type, tagged implicitly. */
    static int primitive(int number) {
        return 0x80 | number;
    }

    /** {@code [number]} of a constructed type, or tagged explicitly. */
    static int constructed(int number) {
        return 0xA0 | number;
    }

    /** The one element that these bytes are. */
    static DerElement of(byte[] der) throws MalformedDerException {
        List<DerElement> elements = all(der);
        if (elements.size() != 1) {
            throw new MalformedDerException();
        }
        return elements.get(0);
    }

    int tag() {
        return tag;
    }

    /** Not a copy. */
    byte[] content() {
        return content;
    }

    /** The elements that the content consists of. */
    List<DerElement> children() throws MalformedDerException {
        return all(content);
    }

    /** The first child of this tag; others are skipped. */
    Optional<DerElement> child(int wanted) throws MalformedDerException {
        return children().stream().filter(child -> child.tag == wanted).findFirst();
    }

    DerElement required(int wanted) throws MalformedDerException {
        return child(wanted).orElseThrow(MalformedDerException::new);
    }

    String text() {
        return new String(content, StandardCharsets.ISO_8859_1);
    }

    /** Elements in, an element out. */
    static byte[] encoded(int tag, byte[]... contents) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int length = Arrays.stream(contents).mapToInt(content -> content.length).sum();
        out.write(tag);
        // The fewest octets, as DER demands (X.690, 10.1).
        if (length >= 0x80) {
            int octets = length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
            out.write(0x80 | octets);
            for (int shift = 8 * (octets - 1); shift > 0; shift -= 8) {
                out.write(length >> shift);
            }
        }
        out.write(length);
        Arrays.stream(contents).forEach(out::writeBytes);
        return out.toByteArray();
    }

    private static List<DerElement> all(byte[] der) throws MalformedDerException {
        List<DerElement> elements = new ArrayList<>();
        int position = 0;
        while (position < der.length) {
            if (elements.size() == MOST || position + 2 > der.length) {
                throw new MalformedDerException();
            }
            int tag = der[position++] & 0xFF;
            int length = der[position++] & 0xFF;
            if (length >= 0x80) {
                int octets = length & 0x7F;
                if (octets == 0 || octets > 3 || octets > der.length - position) {
                    throw new MalformedDerException();
                }
                length = 0;
                for (int i = 0; i < octets; i++) {
                    length = (length << 8) | (der[position++] & 0xFF);
                }
            }
            if (length > der.length - position) {
                throw new MalformedDerException();
            }
            elements.add(new DerElement(tag, Arrays.copyOfRange(der, position, position + length)));
            position += length;
        }
        return elements;
    }
}
