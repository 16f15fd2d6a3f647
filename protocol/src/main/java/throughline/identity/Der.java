package throughline.identity;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * The little of X.690 that private keys need: reads elements one after the other, and writes them. Lengths are definite
 * and at most 2^24 - 1, as DER and our files' size have it; nothing recurses.
 */
final class Der {
    static final int INTEGER = 0x02;
    static final int OCTET_STRING = 0x04;
    static final int OBJECT_IDENTIFIER = 0x06;
    static final int SEQUENCE = 0x30;

    private final byte[] bytes;
    private int position;

    Der(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean nextIs(int tag) {
        return position < bytes.length && (bytes[position] & 0xFF) == tag;
    }

    boolean hasMore() {
        return position < bytes.length;
    }

    /** The content of the next element, which must have this tag. */
    byte[] read(int tag) throws UnusableIdentityException {
        if (!nextIs(tag)) {
            throw malformed();
        }
        position++;
        int length = length();
        if (length > bytes.length - position) {
            throw malformed();
        }
        position += length;
        return Arrays.copyOfRange(bytes, position - length, position);
    }

    Der enter(int tag) throws UnusableIdentityException {
        return new Der(read(tag));
    }

    static byte[] element(int tag, byte[]... contents) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int length = Arrays.stream(contents).mapToInt(content -> content.length).sum();
        out.write(tag);
        writeLength(length, out);
        Arrays.stream(contents).forEach(out::writeBytes);
        return out.toByteArray();
    }

    /** The fewest octets, as DER demands (X.690, 10.1). */
    private static void writeLength(int length, ByteArrayOutputStream out) {
        if (length < 0x80) {
            out.write(length);
            return;
        }
        int octets = length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
        out.write(0x80 | octets);
        for (int shift = 8 * (octets - 1); shift >= 0; shift -= 8) {
            out.write(length >> shift);
        }
    }

    private int length() throws UnusableIdentityException {
        int first = octet();
        if (first < 0x80) {
            return first;
        }
        int octets = first & 0x7F;
        if (octets == 0 || octets > 3) {
            throw malformed();
        }
        int length = 0;
        for (int i = 0; i < octets; i++) {
            length = length << 8 | octet();
        }
        return length;
    }

    private int octet() throws UnusableIdentityException {
        if (position == bytes.length) {
            throw malformed();
        }
        return bytes[position++] & 0xFF;
    }

    private static UnusableIdentityException malformed() {
        return new UnusableIdentityException("The private key is damaged: its DER structure is not that of a key.");
    }
}
