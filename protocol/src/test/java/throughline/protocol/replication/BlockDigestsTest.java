package throughline.protocol.replication;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlockDigestsTest {
    private static final DigestKey KEY = new DigestKey("000102030405060708090a0b0c0d0e0f");
    private static final int BLOCK = BlockDigests.BLOCK;

    /**
     * By OpenSSL 3.0: {@code openssl enc -aes-128-ctr -K <key> -iv 00000000000000000000000000000000} of the content and zeros up to
     * the next 16 bytes, of that {@code openssl enc -aes-128-ecb -K <key> -nopad}, and of that the XOR of all 16 bytes.
     */
    static List<Arguments> digests() {
        return List.of(
                Arguments.of("a block of zeros", new byte[BLOCK], "a26b274e355e5b92c8abc8eb281600e4"),
                Arguments.of("16 zeros", new byte[16], "af9d9926f7dac87192b1c4143ad98958"),
                Arguments.of("five bytes", "hello".getBytes(US_ASCII), "4201180ec3658805b5d18d4e8a64bd10"),
                Arguments.of("17 bytes", "a".repeat(17).getBytes(US_ASCII), "02c4b537dc33461070a7f84337374304"),
                Arguments.of("a block", pattern(BLOCK), "eb6b57e521167d1ec172a7e3f27ee062"),
                Arguments.of("a byte less", pattern(BLOCK - 1), "bd4dc605556d9fe913ed85f26f7bd9d7"),
                Arguments.of("4097 bytes", pattern(4097), "28e0a5b4c2a96c56befb3e8b2a4ff4d0"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("digests")
    void digestsAreThoseOfOpenSsl(String name, byte[] content, String expected) {
        assertThat(digest(new BlockDigests(KEY), content)).isEqualTo(expected);
    }

    @Test
    void anotherThreadsAreTheSame() {
        BlockDigests one = new BlockDigests(KEY);
        BlockDigests other = one.forAnotherThread();

        assertThat(digest(other, pattern(BLOCK))).isEqualTo(digest(one, pattern(BLOCK)));
        assertThat(digest(other, new byte[BLOCK])).isEqualTo(digest(one, new byte[BLOCK]));
    }

    @Test
    void whatStandsAroundABlockIsNotInItsDigest() {
        byte[] around = new byte[3 * BLOCK];
        Arrays.fill(around, (byte) 0x55);
        System.arraycopy(pattern(BLOCK), 0, around, 777, BLOCK);
        byte[] target = new byte[40];

        new BlockDigests(KEY).digest(around, 777, BLOCK, target, 20);

        assertThat(HexFormat.of().formatHex(target, 20, 36)).isEqualTo("eb6b57e521167d1ec172a7e3f27ee062");
        assertThat(HexFormat.of().formatHex(target, 0, 20) + HexFormat.of().formatHex(target, 36, 40))
                .isEqualTo("0".repeat(48));
    }

    /** Without masks two AES blocks that change places would leave the sum as it is. */
    @Test
    void whatChangesPlacesChangesTheDigest() {
        byte[] content = pattern(BLOCK);
        byte[] changed = content.clone();
        System.arraycopy(content, 0, changed, 4096, 16);
        System.arraycopy(content, 4096, changed, 0, 16);

        BlockDigests digests = new BlockDigests(KEY);

        assertThat(digest(digests, changed)).isNotEqualTo(digest(digests, content));
    }

    @Test
    void anotherKeyGivesAnotherDigest() {
        byte[] content = pattern(BLOCK);

        assertThat(digest(new BlockDigests(DigestKey.random()), content))
                .isNotEqualTo(digest(new BlockDigests(DigestKey.random()), content));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "000102030405060708090a0b0c0d0e0", "000102030405060708090A0B0C0D0E0F", "../../../../etc"})
    void whatIsNoKeyIsRefusedInOneSentence(String text) {
        assertThatThrownBy(() -> new DigestKey(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("digest key \"" + text + "\"; accepted are 32 hex digits in lower case");
    }

    private static byte[] pattern(int length) {
        byte[] content = new byte[length];
        for (int i = 0; i < length; i++) {
            content[i] = (byte) (i * 7 + (i >> 8));
        }
        return content;
    }

    private static String digest(BlockDigests digests, byte[] content) {
        byte[] digest = new byte[BlockDigests.LENGTH];
        digests.digest(content, 0, content.length, digest, 0);
        return HexFormat.of().formatHex(digest);
    }
}
