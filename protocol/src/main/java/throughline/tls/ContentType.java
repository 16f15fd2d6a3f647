package throughline.tls;

import java.util.Optional;

/** What a record carries (RFC 8446 5.1), and how many bytes of it at most. */
enum ContentType {
    CHANGE_CIPHER_SPEC(20, "ChangeCipherSpec", 1 << 14),
    ALERT(21, "alert", 1 << 14),
    HANDSHAKE(22, "handshake", 1 << 14),
    // The one type of encrypted TLS 1.3 records, which may be longer (RFC 8446 5.2).
    APPLICATION_DATA(23, "application data", (1 << 14) + 256);

    private final int number;
    private final String words;
    private final int mostBytes;

    ContentType(int number, String words, int mostBytes) {
        this.number = number;
        this.words = words;
        this.mostBytes = mostBytes;
    }

    String words() {
        return words;
    }

    int mostBytes() {
        return mostBytes;
    }

    static Optional<ContentType> of(byte number) {
        for (ContentType type : values()) {
            if (type.number == number) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
