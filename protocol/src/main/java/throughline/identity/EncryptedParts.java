package throughline.identity;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * How often opening a PKCS#12 file derives a key from the password. The JDK allows 5 million iterations for each of its
 * encrypted parts and any number of parts: a file of 600 KiB keeps it at work for hours.
 */
final class EncryptedParts {
    /** Keys in one and certificates in another is what everybody writes. */
    static final int MOST = 4;

    /** The content octets of pkcs7-encryptedData (RFC 2315, 14). */
    private static final byte[] ENCRYPTED_DATA = {0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 1, 7, 6};

    private static final int FIRST_CONSTRUCTED = 0x20;

    private EncryptedParts() {}

    static void requireFew(byte[] pfx) throws UnusableIdentityException {
        int parts = occurrences(ENCRYPTED_DATA, octetStrings(pfx));
        if (parts > MOST) {
            throw new UnusableIdentityException(
                    "This PKCS#12 file has %d encrypted parts; up to %d are accepted.".formatted(parts, MOST));
        }
    }

    /**
     * The octet strings of the outermost structure, one after the other. Some programs write BER (X.690, 8.7.3), where
     * the string with all parts comes in pieces that may end anywhere; joined they are what the JDK reads.
     */
    private static byte[] octetStrings(byte[] ber) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        int position = 0;
        while (position + 2 <= ber.length) {
            int tag = ber[position++] & 0xFF;
            int first = ber[position++] & 0xFF;
            // 0x80 announces an end mark, which then reads as one more element, an empty one.
            int octets = first < 0x80 ? 0 : Math.min(first & 0x7F, ber.length - position);
            long length = octets == 0 ? first & 0x7F : 0;
            for (int i = 0; i < octets; i++) {
                length = Math.min(length << 8 | (ber[position++] & 0xFF), Integer.MAX_VALUE);
            }
            // What is inside of anything else follows as elements of its own.
            if (tag < FIRST_CONSTRUCTED) {
                int present = (int) Math.min(length, ber.length - position);
                if (tag == Der.OCTET_STRING) {
                    joined.write(ber, position, present);
                }
                position += present;
            }
        }
        return joined.toByteArray();
    }

    private static int occurrences(byte[] wanted, byte[] bytes) {
        int count = 0;
        for (int i = 0; i + wanted.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                count++;
            }
        }
        return count;
    }
}
