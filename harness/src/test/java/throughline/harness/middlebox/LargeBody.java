package throughline.harness.middlebox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** 32 MiB that no two places of are alike. */
final class LargeBody {
    private static final byte[] CONTENT = new byte[32 << 20];

    static {
        new Random(20261122).nextBytes(CONTENT);
    }

    private LargeBody() {}

    static byte[] content() {
        return CONTENT.clone();
    }

    /** Sends it into one socket while reading it from another, which may be the same. */
    static void sendAndCompare(Socket into, Socket from) throws Exception {
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
            try {
                into.getOutputStream().write(CONTENT);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        });
        byte[] received = from.getInputStream().readNBytes(CONTENT.length);
        sending.get(10, TimeUnit.SECONDS);

        assertThat(received).isEqualTo(CONTENT);
    }
}
