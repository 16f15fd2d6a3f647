package throughline.harness.conformance;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import throughline.protocol.Excerpt;

/** What came back. */
record Reply(int status, String mediaType, Step.Body body) {
    private static final int SHOWN = 200;

    byte[] bytes() {
        return body.bytes();
    }

    /** For people. */
    String shown() {
        byte[] bytes = bytes();
        String content = mediaType.endsWith("json")
                ? Excerpt.of(new String(bytes, StandardCharsets.UTF_8), SHOWN)
                : bytes.length + " bytes " + Excerpt.of(HexFormat.of().formatHex(bytes), SHOWN);
        return status + " " + Excerpt.of(mediaType) + " " + content;
    }
}
