package throughline.replica;

import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The digest of a block as docs/wire.md describes it, step by step. */
public final class PlainDigest {
    /** What the tests ask with, as it stands in a path. */
    public static final String KEY = "00112233445566778899aabbccddeeff";

    private PlainDigest() {}

    public static byte[] of(byte[] block) throws Exception {
        SecretKeySpec key = new SecretKeySpec(HexFormat.of().parseHex(KEY), "AES");
        Cipher stream = Cipher.getInstance("AES/CTR/NoPadding");
        stream.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(new byte[16]));
        Cipher each = Cipher.getInstance("AES/ECB/NoPadding");
        each.init(Cipher.ENCRYPT_MODE, key);
        byte[] encrypted = each.doFinal(stream.doFinal(Arrays.copyOf(block, (block.length + 15) / 16 * 16)));
        byte[] sum = new byte[16];
        for (int i = 0; i < encrypted.length; i++) {
            sum[i % 16] ^= encrypted[i];
        }
        return sum;
    }
}
