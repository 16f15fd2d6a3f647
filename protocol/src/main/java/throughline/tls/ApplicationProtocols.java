package throughline.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The list of application protocols (ALPN, RFC 7301 3.1), the same in both hellos. */
final class ApplicationProtocols {
    private ApplicationProtocols() {}

    static List<String> in(List<TlsExtension> extensions) {
        return TlsExtension.read(
                        extensions, TlsExtension.APPLICATION_LAYER_PROTOCOL_NEGOTIATION, ApplicationProtocols::readList)
                .orElse(List.of());
    }

    private static List<String> readList(Fields fields) throws Undecodable {
        Fields list = fields.vector16("protocol name list", 2, 0xffff);
        List<String> protocols = new ArrayList<>();
        while (!list.isEmpty()) {
            protocols.add(printable(list.vector8("protocol name", 1, 255).text()));
        }
        return List.copyOf(protocols);
    }

    /** A name is any bytes, and GREASE (RFC 8701) makes use of that; what is not printable goes on as hex. */
    private static String printable(String name) {
        boolean ascii = name.chars().allMatch(c -> c > ' ' && c <= '~');
        return ascii ? name : "0x" + HexFormat.of().formatHex(name.getBytes(ISO_8859_1));
    }
}
