package throughline.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Real handshakes with bytes changed at random: whatever comes, the reader goes on waiting or is done. */
class MutatedBytesTest {
    private static final int MUTATIONS = 200_000;

    static final List<byte[]> SEEDS = List.of(
            Rfc8448.SIMPLE_CLIENT_HELLO,
            Rfc8448.SIMPLE_SERVER_HELLO,
            Rfc8448.RETRY_REQUEST,
            OpensslRetry.CLIENT,
            OpensslRetry.SERVER,
            WireBytes.concat(
                    WireBytes.record(22, WireBytes.handshake(2, WireBytes.serverHello("00100005000302683200170000"))),
                    WireBytes.record(22, WireBytes.handshake(11, new byte[300])),
                    WireBytes.record(21, WireBytes.hex("0228")),
                    WireBytes.record(20, WireBytes.hex("01"))));

    @Test
    void noBytesMakeTheReaderThrowOrGrow() {
        Random random = new Random(5246);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] bytes = mutated(SEEDS.get(i % SEEDS.size()), random);
            ClearTextReader reader = new ClearTextReader();
            int cut = random.nextInt(bytes.length + 1);
            reader.feed(bytes, 0, cut).forEach(MutatedBytesTest::readAll);
            boolean done = reader.done();
            List<TlsMessage> later = reader.feed(ByteBuffer.wrap(bytes, cut, bytes.length - cut));
            later.forEach(MutatedBytesTest::readAll);

            // Plain comparisons: an AssertJ assertion for each of them takes longer than the reader.
            if ((done && !later.isEmpty()) || reader.kept().length != (done ? cut : bytes.length)) {
                assertThat(bytes).as("mutation %d, cut at %d", i, cut).isNull();
            }
        }
    }

    private static byte[] mutated(byte[] seed, Random random) {
        byte[] bytes = Arrays.copyOf(seed, random.nextInt(8) == 0 ? random.nextInt(seed.length) : seed.length);
        for (int changes = random.nextInt(4); changes > 0 && bytes.length > 0; changes--) {
            // Lengths stand near the beginning, and small or extreme values are what lengths go wrong with.
            int at = random.nextInt(random.nextBoolean() ? Math.min(60, bytes.length) : bytes.length);
            bytes[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : random.nextInt(5) - 2);
        }
        return bytes;
    }

    static void readAll(TlsMessage message) {
        if (message instanceof ClientHello hello) {
            hello.serverName();
            hello.applicationProtocols();
            hello.supportedVersions();
            hello.offersPreSharedKey();
        } else if (message instanceof ServerHello hello) {
            hello.selectedVersion();
            hello.selectedPreSharedKey();
            hello.applicationProtocol();
            hello.helloRetryRequest();
        } else if (message instanceof Alert alert) {
            alert.name();
        }
    }
}
