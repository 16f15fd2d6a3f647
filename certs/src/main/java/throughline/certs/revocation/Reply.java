package throughline.certs.revocation;

/** What goes back over HTTP. Identity decides which of the constants it is; the content is not copied. */
final class Reply {
    static final Reply NOT_FOUND = new Reply(404, "text/plain", new byte[0]);
    static final Reply BAD_REQUEST = new Reply(400, "text/plain", new byte[0]);
    /** Nothing, for as long as the server is there. */
    static final Reply SILENCE = new Reply(0, "", new byte[0]);

    private final int status;
    private final String mediaType;
    private final byte[] content;

    private Reply(int status, String mediaType, byte[] content) {
        this.status = status;
        this.mediaType = mediaType;
        this.content = content;
    }

    /** RFC 5280, 4.2.1.13. */
    static Reply crl(byte[] der) {
        return new Reply(200, "application/pkix-crl", der);
    }

    /** RFC 6960, A.2. */
    static Reply ocsp(byte[] der) {
        return new Reply(200, "application/ocsp-response", der);
    }

    static Reply page(byte[] html) {
        return new Reply(200, "text/html", html);
    }

    int status() {
        return status;
    }

    String mediaType() {
        return mediaType;
    }

    byte[] content() {
        return content;
    }
}
