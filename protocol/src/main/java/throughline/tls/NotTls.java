package throughline.tls;

/**
 * The first bytes are no TLS record (RFC 8446 5.1): a content type other than 20 to 23, or a version whose major number is
 * not 3. Plain HTTP, a proxy's error page, SSH and the SSLv2 format of a ClientHello (RFC 5246 E.2) all end here.
 *
 * <p>It is said as soon as it is certain, which one byte can settle, so {@code firstBytes} holds what had arrived by then.
 *
 * @param firstBytes at most 64 bytes; printable ASCII as it is, every other byte as {@code .}
 */
public record NotTls(String firstBytes) implements TlsMessage {
    private static final int MOST_BYTES = 64;

    static NotTls of(byte[] bytes, int length) {
        StringBuilder text = new StringBuilder(MOST_BYTES);
        for (int i = 0; i < Math.min(length, MOST_BYTES); i++) {
            boolean printable = bytes[i] >= ' ' && bytes[i] <= '~';
            text.append(printable ? (char) bytes[i] : '.');
        }
        return new NotTls(text.toString());
    }
}
