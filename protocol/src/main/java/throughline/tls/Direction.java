package throughline.tls;

import java.util.Arrays;
import java.util.List;

/**
 * What one end may still send in the clear, given what it has sent. Only this direction is seen, so where both TLS 1.2 and
 * TLS 1.3 are possible the bytes themselves have to tell.
 */
final class Direction {
    private enum State {
        BEFORE_HELLO("the beginning"),
        CLIENT_HELLO("a ClientHello"),
        /** A client that offers TLS 1.3 sent ChangeCipherSpec right after its hello. */
        CLIENT_HELLO_AND_CHANGE("a ClientHello and ChangeCipherSpec"),
        HELLO_RETRY_REQUEST("a HelloRetryRequest"),
        SERVER_HELLO_OF_1_3("a TLS 1.3 ServerHello"),
        /** ChangeCipherSpec ends the clear part. */
        HANDSHAKE_OF_1_2("the hello of TLS 1.2 or older"),
        ENCRYPTED("the beginning of encryption");

        private final String words;

        State(String words) {
            this.words = words;
        }
    }

    private final GrowingBytes handshake = new GrowingBytes();
    private State state = State.BEFORE_HELLO;
    private byte[] firstClientHello = new byte[0];
    private int clientHellos;
    private boolean newerThan12Possible;

    boolean helloSeen() {
        return state != State.BEFORE_HELLO;
    }

    boolean encrypted() {
        return state == State.ENCRYPTED;
    }

    /** A record that is complete, or whose header alone has arrived in the case of application data. */
    void record(RecordHeader header, byte[] bytes, int from, List<TlsMessage> messages) throws Undecodable {
        switch (header.type()) {
            case CHANGE_CIPHER_SPEC -> changeCipherSpec(header.length(), bytes[from]);
            case ALERT -> alert(header.length(), bytes, from, messages);
            case HANDSHAKE -> handshake(header.length(), bytes, from, messages);
            case APPLICATION_DATA -> applicationData();
        }
    }

    private void changeCipherSpec(int length, byte value) throws Undecodable {
        if (length != 1 || value != 1) {
            throw new Undecodable("ChangeCipherSpec of " + length + " bytes, the first " + value, "the one byte 1");
        }
        requireHelloAndWholeMessages("ChangeCipherSpec");
        state = switch (state) {
            case CLIENT_HELLO -> newerThan12Possible ? State.CLIENT_HELLO_AND_CHANGE : State.ENCRYPTED;
            case HANDSHAKE_OF_1_2 -> State.ENCRYPTED;
            // Here it is there for middleboxes only and changes nothing (RFC 8446 D.4).
            case BEFORE_HELLO, CLIENT_HELLO_AND_CHANGE, HELLO_RETRY_REQUEST, SERVER_HELLO_OF_1_3, ENCRYPTED -> state;
        };
    }

    /** An alert may stand between the parts of another message: an end that gives up does not finish its sentence. */
    private void alert(int length, byte[] bytes, int from, List<TlsMessage> messages) throws Undecodable {
        if (length != 2 && state == State.CLIENT_HELLO_AND_CHANGE) {
            state = State.ENCRYPTED;
            return;
        }
        if (length != 2) {
            throw new Undecodable("alert of " + length + " bytes before encryption began", "2");
        }
        Alert alert = new Alert(bytes[from] & 0xff, bytes[from + 1] & 0xff);
        if (alert.level() != Alert.WARNING && alert.level() != Alert.FATAL) {
            throw new Undecodable("alert level " + alert.level(), "1 (warning) or 2 (fatal)");
        }
        messages.add(alert);
    }

    private void applicationData() throws Undecodable {
        requireHelloAndWholeMessages("application data");
        state = State.ENCRYPTED;
    }

    private void handshake(int length, byte[] bytes, int from, List<TlsMessage> messages) throws Undecodable {
        if (state == State.CLIENT_HELLO_AND_CHANGE && handshake.length() == 0 && !repeatsHello(bytes, from, length)) {
            state = State.ENCRYPTED;
            return;
        }
        handshake.append(bytes, from, length);
        int read = 0;
        int next = endOfMessage(read);
        while (next <= handshake.length()) {
            message(read, next, messages);
            read = next;
            next = endOfMessage(read);
        }
        handshake.dropFirst(read);
        if (state == State.SERVER_HELLO_OF_1_3 && handshake.length() > 0) {
            throw afterServerHello();
        }
    }

    /** Where the handshake message ends that begins at {@code from}; beyond the last byte when not even its length is here. */
    private int endOfMessage(int from) throws Undecodable {
        if (handshake.length() - from < HEADER) {
            return Integer.MAX_VALUE;
        }
        byte[] bytes = handshake.array();
        int length = (bytes[from + 1] & 0xff) << 16 | (bytes[from + 2] & 0xff) << 8 | (bytes[from + 3] & 0xff);
        if (length > MOST_BYTES) {
            throw new Undecodable(
                    "handshake message of type " + (bytes[from] & 0xff) + " with " + length + " bytes",
                    "at most " + MOST_BYTES);
        }
        return from + HEADER + length;
    }

    private void message(int from, int to, List<TlsMessage> messages) throws Undecodable {
        int type = handshake.array()[from] & 0xff;
        switch (type) {
            case CLIENT_HELLO -> clientHello(from, to, messages);
            case SERVER_HELLO -> serverHello(from, to, messages);
            default -> otherMessage(type);
        }
    }

    private void clientHello(int from, int to, List<TlsMessage> messages) throws Undecodable {
        boolean first = state == State.BEFORE_HELLO;
        boolean second = clientHellos == 1
                && newerThan12Possible
                && (state == State.CLIENT_HELLO || state == State.CLIENT_HELLO_AND_CHANGE);
        if (!first && !second) {
            throw new Undecodable(
                    "a ClientHello after " + state.words,
                    "one at the beginning and one that answers a HelloRetryRequest");
        }
        ClientHello hello = ClientHello.read(body("ClientHello", from, to));
        if (first) {
            firstClientHello = Arrays.copyOfRange(handshake.array(), from, from + END_OF_RANDOM);
            newerThan12Possible = hello.supportedVersions().stream().anyMatch(version -> version > TLS_1_2);
        }
        clientHellos++;
        state = State.CLIENT_HELLO;
        messages.add(hello);
    }

    private void serverHello(int from, int to, List<TlsMessage> messages) throws Undecodable {
        if (state == State.SERVER_HELLO_OF_1_3) {
            throw afterServerHello();
        }
        if (state != State.BEFORE_HELLO && state != State.HELLO_RETRY_REQUEST) {
            throw new Undecodable(
                    "a ServerHello after " + state.words, "one at the beginning and one after a HelloRetryRequest");
        }
        ServerHello hello = ServerHello.read(body("ServerHello", from, to));
        if (hello.helloRetryRequest() && state == State.HELLO_RETRY_REQUEST) {
            throw new Undecodable("a second HelloRetryRequest", "one in a connection (RFC 8446 4.1.4)");
        }
        if (hello.helloRetryRequest()) {
            state = State.HELLO_RETRY_REQUEST;
        } else {
            state = hello.selectedVersion() > TLS_1_2 ? State.SERVER_HELLO_OF_1_3 : State.HANDSHAKE_OF_1_2;
        }
        messages.add(hello);
    }

    private void otherMessage(int type) throws Undecodable {
        switch (state) {
            case BEFORE_HELLO -> {
                // A server may ask for a hello at any time (RFC 5246 7.4.1.1).
                if (type != HELLO_REQUEST) {
                    throw new Undecodable(
                            "handshake message of type " + type + " before any hello",
                            "ClientHello (1) or ServerHello (2)");
                }
            }
            case SERVER_HELLO_OF_1_3 -> throw afterServerHello();
            case HELLO_RETRY_REQUEST ->
                throw new Undecodable(
                        "handshake message of type " + type + " after a HelloRetryRequest", "ServerHello (2)");
            // TLS 1.3 has no other message of a client in the clear, so the server chose an older version.
            case CLIENT_HELLO, CLIENT_HELLO_AND_CHANGE, HANDSHAKE_OF_1_2 -> state = State.HANDSHAKE_OF_1_2;
            case ENCRYPTED -> {}
        }
    }

    /**
     * After hello and ChangeCipherSpec, a client's handshake record is either the encrypted Finished of a resumed TLS 1.2
     * session or, after a HelloRetryRequest, a second ClientHello. That one repeats version and random (RFC 8446 4.1.2);
     * ciphertext, at least 32 bytes long, does so by chance once in 2^200 or less.
     */
    private boolean repeatsHello(byte[] bytes, int from, int length) {
        for (int i = 0; i < Math.min(length, firstClientHello.length); i++) {
            boolean isLength = i > 0 && i < HEADER;
            if (!isLength && bytes[from + i] != firstClientHello[i]) {
                return false;
            }
        }
        return true;
    }

    private void requireHelloAndWholeMessages(String what) throws Undecodable {
        if (handshake.length() > 0) {
            throw new Undecodable(
                    what + " after " + handshake.length() + " bytes of an unfinished handshake message",
                    "the rest of that message (RFC 8446 5.1)");
        }
        if (state == State.BEFORE_HELLO) {
            throw new Undecodable(what + " before any hello", "a hello or an alert");
        }
    }

    private Fields body(String name, int from, int to) {
        return new Fields(name + "'s body", handshake.array(), from + HEADER, to);
    }

    private static Undecodable afterServerHello() {
        return new Undecodable(
                "a handshake message in the clear after a TLS 1.3 ServerHello",
                "application data, which encrypts the rest (RFC 8446 2)");
    }

    private static final int HELLO_REQUEST = 0;
    private static final int CLIENT_HELLO = 1;
    private static final int SERVER_HELLO = 2;
    private static final int TLS_1_2 = 0x0303;
    private static final int HEADER = 4;
    private static final int END_OF_RANDOM = HEADER + 2 + 32;
    private static final int MOST_BYTES = 1 << 16;
}
