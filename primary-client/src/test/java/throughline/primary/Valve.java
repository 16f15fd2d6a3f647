package throughline.primary;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** Passes every connection on to a port until so many bytes have come from the client, and then nothing more, either way. */
final class Valve implements FakeServer.Conversation {
    private final int port;
    private final long most;
    private final CountDownLatch shut = new CountDownLatch(1);

    Valve(int port, long most) {
        this.port = port;
        this.most = most;
    }

    /** Returns once nothing more passes. */
    void awaitShut() throws InterruptedException {
        shut.await();
    }

    @Override
    public void hold(Wire wire) throws IOException {
        try (Socket onward = new Socket(InetAddress.getLoopbackAddress(), port)) {
            onward.setTcpNoDelay(true);
            Thread back = new Thread(() -> back(onward, wire.socket()), "fake-valve");
            back.setDaemon(true);
            back.start();
            InputStream in = wire.socket().getInputStream();
            byte[] buffer = new byte[16 << 10];
            long passed = 0;
            while (passed < most) {
                int got = in.read(buffer, 0, (int) Math.min(buffer.length, most - passed));
                if (got < 0) {
                    return;
                }
                onward.getOutputStream().write(buffer, 0, got);
                passed += got;
            }
            shut.countDown();
            while (!wire.socket().isClosed()) {
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    private void back(Socket from, Socket to) {
        byte[] buffer = new byte[16 << 10];
        try {
            for (int got = from.getInputStream().read(buffer);
                    got >= 0;
                    got = from.getInputStream().read(buffer)) {
                if (shut.getCount() > 0) {
                    to.getOutputStream().write(buffer, 0, got);
                }
            }
        } catch (IOException ended) {
            // By either end, or by the test.
        }
    }
}
