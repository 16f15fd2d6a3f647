package throughline.primary.dial;

import java.io.ByteArrayOutputStream;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The messages and the arithmetic of NTLM version 2 (MS-NLMP). Pure: time and our own challenge are given. */
final class Ntlm {
    private static final byte[] SIGNATURE = "NTLMSSP\0".getBytes(StandardCharsets.US_ASCII);
    private static final int UNICODE = 0x1;
    private static final int REQUEST_TARGET = 0x4;
    private static final int NTLM = 0x200;
    private static final int ALWAYS_SIGN = 0x8000;
    private static final int EXTENDED_SESSION_SECURITY = 0x80000;
    private static final int TARGET_INFO = 0x800000;

    /** Servers tell of their target without being asked; some that do not know how would echo the flag alone. */
    private static final int FLAGS = UNICODE | REQUEST_TARGET | NTLM | ALWAYS_SIGN | EXTENDED_SESSION_SECURITY;

    private static final int PAIR_END = 0;
    private static final int PAIR_FLAGS = 6;
    private static final int PAIR_TIMESTAMP = 7;
    private static final int INTEGRITY_PROVIDED = 2;
    private static final int HEADER = 88;
    private static final int INTEGRITY_CODE = 72;

    private Ntlm() {}

    /** The first message: what we can. It holds no credentials, and neither domain nor machine. */
    static byte[] negotiate() {
        byte[] message = new byte[32];
        begun(message, 1).putInt(FLAGS);
        return message;
    }

    /** The proxy's message (MS-NLMP 2.2.1.2). */
    static final class Demand {
        private final byte[] message;
        private final int flags;
        private final byte[] nonce;
        /** Pairs of attributes and values, with their end. */
        private final byte[] targetInfo;

        private Demand(byte[] message, int flags, byte[] nonce, byte[] targetInfo) {
            this.message = message;
            this.flags = flags;
            this.nonce = nonce;
            this.targetInfo = targetInfo;
        }

        static Demand parse(byte[] message) throws ProtocolException {
            ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
            if (message.length < 32
                    || !Arrays.equals(message, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)
                    || in.getInt(8) != 2) {
                throw new ProtocolException("the proxy's NTLM message is no challenge (MS-NLMP 2.2.1.2)");
            }
            int flags = in.getInt(20);
            byte[] info = (flags & TARGET_INFO) == 0 ? new byte[4] : targetInfo(in);
            return new Demand(message.clone(), flags, Arrays.copyOfRange(message, 24, 32), info);
        }

        private static byte[] targetInfo(ByteBuffer in) throws ProtocolException {
            if (in.limit() >= 48 && in.getShort(40) == 0) {
                return new byte[4];
            }
            int length = in.limit() < 48 ? 0 : Short.toUnsignedInt(in.getShort(40));
            long offset = in.limit() < 48 ? 0 : Integer.toUnsignedLong(in.getInt(44));
            if (length < 4 || offset + length > in.limit()) {
                throw new ProtocolException("the proxy's NTLM challenge does not hold what it says of its target");
            }
            byte[] info = new byte[length];
            in.position((int) offset);
            in.get(info);
            return info;
        }

        /** The proxy's clock, where it tells it; then the messages are bound together by a code. */
        Optional<byte[]> timestamp() {
            ByteBuffer pairs = ByteBuffer.wrap(targetInfo).order(ByteOrder.LITTLE_ENDIAN);
            while (pairs.remaining() >= 4) {
                int id = Short.toUnsignedInt(pairs.getShort());
                int length = Short.toUnsignedInt(pairs.getShort());
                if (id == PAIR_END || length > pairs.remaining()) {
                    return Optional.empty();
                }
                byte[] value = new byte[length];
                pairs.get(value);
                if (id == PAIR_TIMESTAMP && length == 8) {
                    return Optional.of(value);
                }
            }
            return Optional.empty();
        }
    }

    /**
     * The last message: the answer to the demand.
     *
     * @param now tenths of microseconds since 1601, used where the proxy does not tell its own clock
     * @param clientNonce 8 bytes
     */
    static byte[] authenticate(byte[] first, Demand demand, ProxyCredentials pair, long now, byte[] clientNonce) {
        Account account = Account.of(pair);
        byte[] key = responseKey(account, pair.password());
        Optional<byte[]> timestamp = demand.timestamp();
        byte[] time = timestamp.orElseGet(() -> littleEndian(now));
        byte[] info = timestamp.isPresent() ? withIntegrityFlag(demand.targetInfo) : demand.targetInfo;
        byte[] blob = blob(time, clientNonce, info);
        byte[] proof = proof(key, demand.nonce, blob);
        // MS-NLMP 3.1.5.1.2: with a timestamp, the older response is all zeroes.
        byte[] older = timestamp.isPresent() ? new byte[24] : olderResponse(key, demand.nonce, clientNonce);
        byte[] message = message(demand.flags & (FLAGS | TARGET_INFO), older, concatenated(proof, blob), account);
        if (timestamp.isPresent()) {
            byte[] sessionKey = hmac(key, proof);
            byte[] code = hmac(sessionKey, first, demand.message, message);
            System.arraycopy(code, 0, message, INTEGRITY_CODE, code.length);
        }
        return message;
    }

    private record Account(String user, String domain) {
        /** As {@code DOMAIN\\user}; a name with an at sign goes whole, without a domain. */
        static Account of(ProxyCredentials pair) {
            int separator = pair.user().indexOf('\\');
            return separator < 0
                    ? new Account(pair.user(), "")
                    : new Account(
                            pair.user().substring(separator + 1), pair.user().substring(0, separator));
        }
    }

    /** NTOWFv2 (MS-NLMP 3.3.2). */
    static byte[] responseKey(String user, String domain, String password) {
        return hmac(Md4.of(utf16(password)), utf16(user.toUpperCase(Locale.ROOT) + domain));
    }

    private static byte[] responseKey(Account account, String password) {
        return responseKey(account.user(), account.domain(), password);
    }

    /** The variable part of the response (MS-NLMP 2.2.2.7). */
    static byte[] blob(byte[] time, byte[] clientNonce, byte[] targetInfo) {
        return concatenated(
                new byte[] {1, 1, 0, 0, 0, 0, 0, 0}, time, clientNonce, new byte[4], targetInfo, new byte[4]);
    }

    /** NTProofStr (MS-NLMP 3.3.2). */
    static byte[] proof(byte[] key, byte[] nonce, byte[] blob) {
        return hmac(key, nonce, blob);
    }

    /** LMv2 (MS-NLMP 3.3.2). */
    static byte[] olderResponse(byte[] key, byte[] nonce, byte[] clientNonce) {
        return concatenated(hmac(key, nonce, clientNonce), clientNonce);
    }

    static byte[] hmac(byte[] key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance("HmacMD5");
            mac.init(new SecretKeySpec(key, "HmacMD5"));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java has no HmacMD5.", e);
        }
    }

    private static byte[] withIntegrityFlag(byte[] targetInfo) {
        byte[] flag = {PAIR_FLAGS, 0, 4, 0, INTEGRITY_PROVIDED, 0, 0, 0};
        byte[] before = Arrays.copyOf(targetInfo, targetInfo.length - 4);
        return concatenated(before, flag, new byte[4]);
    }

    private static byte[] message(int flags, byte[] older, byte[] response, Account account) {
        byte[] domain = utf16(account.domain());
        byte[] user = utf16(account.user());
        byte[] whole = new byte[HEADER + domain.length + user.length + older.length + response.length];
        ByteBuffer message = begun(whole, 3);
        int offset = HEADER + domain.length + user.length;
        field(message, older.length, offset);
        field(message, response.length, offset + older.length);
        field(message, domain.length, HEADER);
        field(message, user.length, HEADER + domain.length);
        field(message, 0, HEADER);
        field(message, 0, HEADER);
        message.putInt(flags);
        message.position(HEADER);
        message.put(domain).put(user).put(older).put(response);
        return whole;
    }

    private static void field(ByteBuffer message, int length, int offset) {
        message.putShort((short) length).putShort((short) length).putInt(offset);
    }

    private static ByteBuffer begun(byte[] message, int type) {
        return ByteBuffer.wrap(message)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(SIGNATURE)
                .putInt(type);
    }

    private static byte[] littleEndian(long value) {
        byte[] bytes = new byte[8];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(value);
        return bytes;
    }

    private static byte[] utf16(String text) {
        return text.getBytes(StandardCharsets.UTF_16LE);
    }

    private static byte[] concatenated(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
