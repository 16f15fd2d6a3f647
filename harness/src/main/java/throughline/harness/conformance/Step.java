package throughline.harness.conformance;

import java.util.Arrays;
import java.util.Optional;

/**
 * One request, and what {@code docs/wire.md} promises for it in this place of the script.
 *
 * @param name what it shows, as a sentence
 * @param method of HTTP
 * @param path from the root
 * @param mediaType of the body; absent where there is none
 * @param body empty where there is none
 * @param sending how the body is sent
 * @param promise the answer
 */
public record Step(
        String name,
        String method,
        String path,
        Optional<String> mediaType,
        Body body,
        Sending sending,
        Promise promise) {

    /** Bytes that do not change. */
    public static final class Body {
        private final byte[] bytes;

        Body(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public String toString() {
            return bytes.length + " bytes, hash " + Arrays.hashCode(bytes);
        }
    }

    static Step get(String name, String path, Promise promise) {
        return new Step(name, "GET", path, Optional.empty(), new Body(new byte[0]), Sending.LENGTH, promise);
    }

    static Step put(String name, String path, String mediaType, byte[] body, Promise promise) {
        return new Step(name, "PUT", path, Optional.of(mediaType), new Body(body), Sending.LENGTH, promise);
    }

    static Step post(String name, String path, String mediaType, byte[] body, Promise promise) {
        return new Step(name, "POST", path, Optional.of(mediaType), new Body(body), Sending.LENGTH, promise);
    }

    Step sent(Sending other) {
        return new Step(name, method, path, mediaType, body, other, promise);
    }
}
