package throughline.protocol.replication;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * Digests consecutive blocks of a disk, as they travel: 16 bytes for each. A disk's last block may be shorter and is digested as
 * long as it is.
 *
 * <p>The digest of a block is the sum (XOR) of its AES blocks, each masked by its place and encrypted under the {@linkplain
 * DigestKey key}: the hash inside PMAC (Black and Rogaway, EUROCRYPT 2002), with AES-CTR's key stream (NIST SP 800-38A, 6.5)
 * for the masks. Two contents of 64 KiB that were chosen without knowing the key have the same digest with a
 * probability below 2<sup>-100</sup>; it takes a fifth of the time of SHA-256, because every processor that does TLS fast does AES fast, and
 * no AES block waits for another. An instance is for one thread.
 */
public final class BlockDigests {
    /** Bytes of disk per digest: 64 KiB. */
    public static final int BLOCK = 64 << 10;

    /** Bytes of a digest. */
    public static final int LENGTH = 16;

    /** What is worked on at a time stays in the processor's nearest caches. */
    private static final int PIECE = 16 << 10;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final byte[] ZEROS = new byte[BLOCK];

    private final SecretKeySpec key;
    private final byte[][] masks;
    private final byte[] ofZeros;
    private final Cipher cipher;
    private final byte[] masked = new byte[PIECE];
    private final byte[] encrypted = new byte[PIECE];
    private long first;
    private long second;

    /** Digests under this key. */
    public BlockDigests(DigestKey key) {
        this.key = new SecretKeySpec(key.bytes(), "AES");
        this.cipher = cipher();
        this.masks = masks();
        this.ofZeros = new byte[LENGTH];
        sum(ZEROS, 0, BLOCK, ofZeros, 0);
    }

    private BlockDigests(BlockDigests other) {
        this.key = other.key;
        this.cipher = cipher();
        this.masks = other.masks;
        this.ofZeros = other.ofZeros;
    }

    /** The same ones, for another thread. */
    public BlockDigests forAnotherThread() {
        return new BlockDigests(this);
    }

    /** How many blocks a disk of this size has. */
    public static long count(long size) {
        return (size + BLOCK - 1) / BLOCK;
    }

    /**
     * Writes the digest of a block.
     *
     * @param length of the block in bytes, 1 to {@link #BLOCK}
     * @param target where its {@link #LENGTH} bytes go, from {@code at} on
     */
    public void digest(byte[] content, int start, int length, byte[] target, int at) {
        // Zeros are recognised faster than they are digested, and disks have many.
        if (length == BLOCK && Arrays.equals(content, start, start + length, ZEROS, 0, length)) {
            ofZeros(target, at);
        } else {
            sum(content, start, length, target, at);
        }
    }

    /** Writes the digest of a whole block of zeros. */
    public void ofZeros(byte[] target, int at) {
        System.arraycopy(ofZeros, 0, target, at, LENGTH);
    }

    private void sum(byte[] content, int start, int length, byte[] target, int at) {
        first = 0;
        second = 0;
        for (int done = 0; done < length; done += PIECE) {
            add(encrypt(content, start + done, Math.min(PIECE, length - done), masks[done / PIECE]));
        }
        LONGS.set(target, at, first);
        LONGS.set(target, at + Long.BYTES, second);
    }

    private void add(int length) {
        long even = 0;
        long odd = 0;
        for (int i = 0; i < length; i += LENGTH) {
            even ^= (long) LONGS.get(encrypted, i);
            odd ^= (long) LONGS.get(encrypted, i + Long.BYTES);
        }
        first ^= even;
        second ^= odd;
    }

    /** What is missing of the last AES block counts as zeros. */
    private int encrypt(byte[] content, int start, int length, byte[] mask) {
        int whole = (length + LENGTH - 1) / LENGTH * LENGTH;
        System.arraycopy(content, start, masked, 0, length);
        Arrays.fill(masked, length, whole, (byte) 0);
        mask(masked, mask);
        try {
            return cipher.update(masked, 0, whole, encrypted, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("as many bytes come out as go in", e);
        }
    }

    /** Of whole arrays from their beginnings, for which the JIT uses the widest registers there are: three times as fast. */
    private static void mask(byte[] content, byte[] mask) {
        for (int i = 0; i < content.length; i++) {
            content[i] ^= mask[i];
        }
    }

    private Cipher cipher() {
        try {
            Cipher each = Cipher.getInstance("AES/ECB/NoPadding");
            each.init(Cipher.ENCRYPT_MODE, key);
            return each;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES", e);
        }
    }

    /** The key stream: the encrypted numbers of the AES blocks, counted from 0. */
    private byte[][] masks() {
        byte[][] stream = new byte[BLOCK / PIECE][PIECE];
        for (int i = 0; i < BLOCK / LENGTH; i++) {
            byte[] piece = stream[i * LENGTH / PIECE];
            piece[i * LENGTH % PIECE + 14] = (byte) (i >> 8);
            piece[i * LENGTH % PIECE + 15] = (byte) i;
        }
        for (int i = 0; i < stream.length; i++) {
            stream[i] = cipher.update(stream[i]);
        }
        return stream;
    }
}
