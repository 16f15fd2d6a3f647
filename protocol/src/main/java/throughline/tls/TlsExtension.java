package throughline.tls;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An extension of a hello (RFC 8446 4.2), at its place in wire order.
 *
 * @param type number in the IANA registry "TLS ExtensionType Values", 0 to 65535
 * @param data the extension's bytes without type and length, as lower-case hex; may be empty
 */
public record TlsExtension(int type, String data) {
    static final int SERVER_NAME = 0;
    static final int APPLICATION_LAYER_PROTOCOL_NEGOTIATION = 16;
    static final int PRE_SHARED_KEY = 41;
    static final int SUPPORTED_VERSIONS = 43;

    /** @throws IllegalArgumentException if the data is not hex */
    public TlsExtension {
        HexFormat.of().parseHex(data);
    }

    /** The extension block that ends a hello; before TLS 1.3 it may be missing (RFC 5246 7.4.1.2). */
    static List<TlsExtension> readBlock(Fields hello) throws Undecodable {
        if (hello.isEmpty()) {
            return List.of();
        }
        Fields block = hello.vector16("extensions", 0, 0xffff);
        hello.expectEnd();
        List<TlsExtension> extensions = new ArrayList<>();
        Set<Integer> types = new HashSet<>();
        while (!block.isEmpty()) {
            int type = block.uint16("extension type");
            if (!types.add(type)) {
                throw block.refuse("a second extension of type " + type, 2, "one of each type (RFC 8446 4.2)");
            }
            Fields data = block.vector16("extension " + type, 0, 0xffff);
            extensions.add(new TlsExtension(type, data.hex()));
        }
        return extensions;
    }

    /** What the reading makes of the extension of that type; empty when it is absent or does not read to its end. */
    static <T> Optional<T> read(List<TlsExtension> extensions, int type, Reading<T> reading) {
        for (TlsExtension extension : extensions) {
            if (extension.type == type) {
                return extension.read(reading);
            }
        }
        return Optional.empty();
    }

    private <T> Optional<T> read(Reading<T> reading) {
        byte[] bytes = HexFormat.of().parseHex(data);
        Fields fields = new Fields("extension " + type, bytes, 0, bytes.length);
        try {
            T value = reading.read(fields);
            fields.expectEnd();
            return Optional.of(value);
        } catch (Undecodable unreadable) {
            return Optional.empty();
        }
    }

    @FunctionalInterface
    interface Reading<T> {
        T read(Fields fields) throws Undecodable;
    }
}
