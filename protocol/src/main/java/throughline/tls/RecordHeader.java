package throughline.tls;

/** The five bytes before a record's content: type, version, length (RFC 8446 5.1). */
record RecordHeader(ContentType type, int length) {
    static final int LENGTH = 5;

    /** Whether these first bytes of a connection rule out that it speaks TLS. */
    static boolean isRuledOut(byte[] bytes, int length) {
        return (length > 0 && ContentType.of(bytes[0]).isEmpty()) || (length > 1 && bytes[1] != MAJOR_VERSION);
    }

    static RecordHeader read(byte[] bytes, int from) throws Undecodable {
        ContentType type = ContentType.of(bytes[from])
                .orElseThrow(() -> new Undecodable("record type " + (bytes[from] & 0xff), "20 to 23"));
        // The minor number says nothing and must be ignored (RFC 8446 5.1).
        if (bytes[from + 1] != MAJOR_VERSION) {
            throw new Undecodable("record version major number " + (bytes[from + 1] & 0xff), "3");
        }
        int length = (bytes[from + 3] & 0xff) << 8 | (bytes[from + 4] & 0xff);
        // Only application data may be empty (RFC 8446 5.1, RFC 5246 6.2.1).
        int least = type == ContentType.APPLICATION_DATA ? 0 : 1;
        if (length < least || length > type.mostBytes()) {
            throw new Undecodable(type.words() + " record of " + length + " bytes", least + " to " + type.mostBytes());
        }
        return new RecordHeader(type, length);
    }

    private static final byte MAJOR_VERSION = 3;
}
