package throughline.tls;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A client's first message (RFC 8446 4.1.2), sent again after a HelloRetryRequest. The accessors read what the client
 * offers; an extension that does not follow its own grammar reads as absent and stays visible in {@code extensions}.
 *
 * @param legacyVersion 0x0303 from every client that knows TLS 1.2 or 1.3; see {@link #supportedVersions()}
 * @param random 64 lower-case hex digits; the same in the second ClientHello
 * @param sessionId 0 to 64 lower-case hex digits. Under TLS 1.2 not empty when the client wants to resume; a TLS 1.3 client
 *     sends 32 random bytes for the sake of middleboxes (RFC 8446 D.4)
 * @param cipherSuites in the client's order of preference, GREASE included; {@link TlsNames#cipherSuite} names them
 * @param extensions in wire order, each type once
 */
public record ClientHello(
        int legacyVersion, String random, String sessionId, List<Integer> cipherSuites, List<TlsExtension> extensions)
        implements TlsMessage {

    public ClientHello {
        cipherSuites = List.copyOf(cipherSuites);
        extensions = List.copyOf(extensions);
    }

    /** Reads the body, which begins after type and length of the handshake message. */
    static ClientHello read(Fields body) throws Undecodable {
        int legacyVersion = body.uint16("version");
        String random = body.hex("random", 32);
        String sessionId = body.vector8("session id", 0, 32).hex();
        List<Integer> cipherSuites = readCipherSuites(body);
        body.vector8("compression methods", 1, 255);
        return new ClientHello(legacyVersion, random, sessionId, cipherSuites, TlsExtension.readBlock(body));
    }

    /**
     * The host name the client asks for (SNI, RFC 6066 3), as sent, letter case included. Empty when there is none, more than
     * one, or it is not a name of ASCII letters, digits, hyphens, underscores and single dots of at most 255 characters.
     */
    public Optional<String> serverName() {
        return TlsExtension.read(extensions, TlsExtension.SERVER_NAME, ClientHello::readHostNames)
                .filter(names -> names.size() == 1)
                .map(names -> names.get(0))
                .filter(name -> name.length() <= 255 && HOST_NAME.matcher(name).matches());
    }

    /** The offered application protocols (ALPN) in order, bytes beyond printable ASCII as {@code 0x} and hex; or none. */
    public List<String> applicationProtocols() {
        return ApplicationProtocols.in(extensions);
    }

    /**
     * The versions the client offers, in order, GREASE included (RFC 8446 4.2.1). Without the extension the one element is
     * {@code legacyVersion}, which then is the highest that the client knows.
     */
    public List<Integer> supportedVersions() {
        return TlsExtension.read(extensions, TlsExtension.SUPPORTED_VERSIONS, ClientHello::readVersions)
                .orElse(List.of(legacyVersion));
    }

    /** Whether the client wants to resume a TLS 1.3 session or use an external key (RFC 8446 4.2.11). */
    public boolean offersPreSharedKey() {
        return extensions.stream().anyMatch(extension -> extension.type() == TlsExtension.PRE_SHARED_KEY);
    }

    private static List<Integer> readCipherSuites(Fields body) throws Undecodable {
        Fields list = body.vector16("cipher suites", 2, 0xfffe);
        List<Integer> cipherSuites = new ArrayList<>();
        while (!list.isEmpty()) {
            cipherSuites.add(list.uint16("cipher suite"));
        }
        return cipherSuites;
    }

    private static List<String> readHostNames(Fields fields) throws Undecodable {
        Fields list = fields.vector16("server name list", 1, 0xffff);
        List<String> names = new ArrayList<>();
        while (!list.isEmpty()) {
            int type = list.uint8("name type");
            Fields name = list.vector16("name", 1, 0xffff);
            if (type == HOST_NAME_TYPE) {
                names.add(name.text());
            }
        }
        return names;
    }

    private static List<Integer> readVersions(Fields fields) throws Undecodable {
        Fields list = fields.vector8("versions", 2, 254);
        List<Integer> versions = new ArrayList<>();
        while (!list.isEmpty()) {
            versions.add(list.uint16("version"));
        }
        return List.copyOf(versions);
    }

    private static final int HOST_NAME_TYPE = 0;

    // The underscore is no letter, digit or hyphen, but stands in host names of many Windows networks.
    private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9_-]++(?:\\.[A-Za-z0-9_-]++)*+");
}
