package throughline.protocol.replication;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;
import throughline.protocol.Excerpt;
import throughline.protocol.MalformedMessageException;

/**
 * The key under which blocks are digested: an AES-128 key that a primary draws for a comparison. It is worth something as long
 * as whoever writes to the disk cannot know it, and is no secret between primary and replica.
 *
 * @param hex as it stands in the path: 32 hex digits, lower case
 */
public record DigestKey(String hex) {
    private static final Pattern ACCEPTED = Pattern.compile("[0-9a-f]{32}");
    private static final SecureRandom RANDOM = new SecureRandom();

    /** @throws IllegalArgumentException for anything but 32 hex digits in lower case */
    public DigestKey {
        if (!ACCEPTED.matcher(hex).matches()) {
            throw new IllegalArgumentException(
                    "digest key \"" + Excerpt.of(hex) + "\"; accepted are 32 hex digits in lower case");
        }
    }

    /** One that nobody could know. */
    public static DigestKey random() {
        byte[] key = new byte[16];
        RANDOM.nextBytes(key);
        return new DigestKey(HexFormat.of().formatHex(key));
    }

    static DigestKey parse(String text) throws MalformedMessageException {
        try {
            return new DigestKey(text);
        } catch (IllegalArgumentException e) {
            throw new MalformedMessageException(String.valueOf(e.getMessage()), e);
        }
    }

    byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
