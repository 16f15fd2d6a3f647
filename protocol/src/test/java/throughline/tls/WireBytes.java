package throughline.tls;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/** Writes records and messages by hand, so that they can also be wrong. */
final class WireBytes {
    private WireBytes() {}

    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] record(int type, byte[] content) {
        return concat(new byte[] {(byte) type, 3, 3}, uint16(content.length), content);
    }

    static byte[] handshake(int type, byte[] body) {
        return concat(new byte[] {(byte) type, (byte) (body.length >> 16)}, uint16(body.length), body);
    }

    static byte[] uint16(int value) {
        return new byte[] {(byte) (value >> 8), (byte) value};
    }

    /** A body with a random of 32 bytes {@code 01}, no session id, TLS_AES_128_GCM_SHA256, and the extensions given in hex. */
    static byte[] clientHello(String extensions) {
        return hex("0303" + "01".repeat(32) + "00" + "00021301" + "0100"
                + HexFormat.of().toHexDigits((short) (extensions.length() / 2)) + extensions);
    }

    /** A body with a random of 32 bytes {@code 02}, no session id, TLS_AES_128_GCM_SHA256, and the extensions given in hex. */
    static byte[] serverHello(String extensions) {
        return hex("0303" + "02".repeat(32) + "00" + "1301" + "00"
                + HexFormat.of().toHexDigits((short) (extensions.length() / 2)) + extensions);
    }
}
