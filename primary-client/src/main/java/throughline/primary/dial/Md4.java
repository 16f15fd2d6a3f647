package throughline.primary.dial;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** MD4 (RFC 1320), which the JDK does not offer and NTLM begins with. Protects nothing. */
final class Md4 {
    private static final int BLOCK = 64;
    private static final int[][] SHIFTS = {{3, 7, 11, 19}, {3, 5, 9, 13}, {3, 9, 11, 15}};
    private static final int[] THIRD_ORDER = {0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15};

    private Md4() {}

    static byte[] of(byte[] message) {
        ByteBuffer padded = padded(message);
        int[] state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
        int[] words = new int[16];
        while (padded.hasRemaining()) {
            for (int i = 0; i < words.length; i++) {
                words[i] = padded.getInt();
            }
            block(state, words);
        }
        ByteBuffer digest = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        for (int word : state) {
            digest.putInt(word);
        }
        return digest.array();
    }

    /** RFC 1320 sections 3.1 and 3.2. */
    private static ByteBuffer padded(byte[] message) {
        int length = (message.length + 9 + BLOCK - 1) / BLOCK * BLOCK;
        ByteBuffer padded = ByteBuffer.wrap(Arrays.copyOf(message, length)).order(ByteOrder.LITTLE_ENDIAN);
        padded.put(message.length, (byte) 0x80);
        padded.putLong(length - 8, (long) message.length * 8);
        return padded;
    }

    /** RFC 1320 section 3.4: three rounds of sixteen steps, each on the next of the four words. */
    private static void block(int[] state, int[] words) {
        int[] s = state.clone();
        for (int step = 0; step < 48; step++) {
            int round = step / 16;
            int i = step % 16;
            int a = (4 - i % 4) % 4;
            int b = s[(a + 1) % 4];
            int c = s[(a + 2) % 4];
            int d = s[(a + 3) % 4];
            int mixed =
                    switch (round) {
                        case 0 -> ((b & c) | (~b & d)) + words[i];
                        case 1 -> ((b & c) | (b & d) | (c & d)) + words[i % 4 * 4 + i / 4] + 0x5a827999;
                        default -> (b ^ c ^ d) + words[THIRD_ORDER[i]] + 0x6ed9eba1;
                    };
            s[a] = Integer.rotateLeft(s[a] + mixed, SHIFTS[round][i % 4]);
        }
        for (int i = 0; i < state.length; i++) {
            state[i] += s[i];
        }
    }
}
