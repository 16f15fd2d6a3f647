package throughline.tls;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A server's choice (RFC 8446 4.1.3), or its request for another ClientHello, which has the same form
 * ({@link #helloRetryRequest()}). An extension that does not follow its own grammar reads as absent.
 *
 * @param legacyVersion the version chosen up to TLS 1.2, 0x0303 above; see {@link #selectedVersion()}
 * @param random 64 lower-case hex digits
 * @param sessionId 0 to 64 lower-case hex digits. Under TLS 1.2 equal to the client's when the session is resumed by id;
 *     under TLS 1.3 always the client's
 * @param cipherSuite the chosen one; {@link TlsNames#cipherSuite} names it
 * @param extensions in wire order, each type once
 */
public record ServerHello(
        int legacyVersion, String random, String sessionId, int cipherSuite, List<TlsExtension> extensions)
        implements TlsMessage {

    public ServerHello {
        extensions = List.copyOf(extensions);
    }

    /** Reads the body, which begins after type and length of the handshake message. */
    static ServerHello read(Fields body) throws Undecodable {
        int legacyVersion = body.uint16("version");
        String random = body.hex("random", 32);
        String sessionId = body.vector8("session id", 0, 32).hex();
        int cipherSuite = body.uint16("cipher suite");
        body.uint8("compression method");
        return new ServerHello(legacyVersion, random, sessionId, cipherSuite, TlsExtension.readBlock(body));
    }

    /** The version of this connection: that of the supported_versions extension, which TLS 1.3 has, else the legacy one. */
    public int selectedVersion() {
        return TlsExtension.read(extensions, TlsExtension.SUPPORTED_VERSIONS, data -> data.uint16("version"))
                .orElse(legacyVersion);
    }

    /** Whether this is a HelloRetryRequest, known by its random (RFC 8446 4.1.3); the real ServerHello is still to come. */
    public boolean helloRetryRequest() {
        return random.equals(HELLO_RETRY_REQUEST);
    }

    /** The index, in the client's list, of the key that resumes a TLS 1.3 session (RFC 8446 4.2.11); empty in a full one. */
    public OptionalInt selectedPreSharedKey() {
        return TlsExtension.read(extensions, TlsExtension.PRE_SHARED_KEY, data -> data.uint16("identity"))
                .map(OptionalInt::of)
                .orElse(OptionalInt.empty());
    }

    /** The chosen application protocol (ALPN); from TLS 1.3 on it is encrypted and this is always empty. */
    public Optional<String> applicationProtocol() {
        List<String> protocols = ApplicationProtocols.in(extensions);
        return protocols.size() == 1 ? Optional.of(protocols.get(0)) : Optional.empty();
    }

    private static final String HELLO_RETRY_REQUEST =
            "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c";
}
