package throughline.harness.middlebox;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What tunnels cost that do nothing, and clients that do not read. The number of idle ones is 200, and with
 * {@code -Dthroughline.tunnels=2000} another; then the figures are printed, too.
 */
@Timeout(120)
class ManyTunnelsTest {
    private static final int TUNNELS = Integer.getInteger("throughline.tunnels", 200);

    /** What the machine holds for a connection that nobody reads: both sockets of both halves, at their largest. */
    private static final long SYSTEM_BUFFERS = 32 << 20;

    @Test
    void idleTunnelsCostNoThreadsAndNoBuffers() throws Exception {
        List<Socket> held = new ArrayList<>();
        try (ServerSocket replica = new ServerSocket(0, 1024, java.net.InetAddress.getLoopbackAddress());
                Tunnel tunnel = Tunnel.open(TunnelSettings.builder(Routes.to(
                                "replica.test",
                                new InetSocketAddress(replica.getInetAddress(), replica.getLocalPort())))
                        .build())) {
            // One before it counts, so that what is made once is there.
            idle(tunnel, replica, held);
            Figures before = Figures.now();
            for (int more = 1; more < TUNNELS; more++) {
                idle(tunnel, replica, held);
            }
            Await.until("only the box's own threads are left", () -> boxThreads() <= 3);
            Figures after = Figures.now();
            if (Boolean.getBoolean("throughline.figures") || TUNNELS > 200) {
                System.out.println(TUNNELS + " idle tunnels\nbefore: " + before + "\nafter:  " + after);
            }

            assertThat(tunnel.passages()).hasSize(TUNNELS).noneMatch(Passage::ended);
            // The acceptor and two that pass bytes.
            assertThat(boxThreads()).isLessThanOrEqualTo(3);
            assertThat(after.direct() - before.direct()).isLessThan(4 << 20);
            // Two sockets of the box's; the other two are this test's.
            assertThat(after.descriptors() - before.descriptors()).isLessThanOrEqualTo(4L * TUNNELS + 16);
            assertThat((after.heap() - before.heap()) / TUNNELS).isLessThan(64 << 10);
            TestClient last = new TestClient(held.get(held.size() - 2));
            last.send("x");
            assertThat(held.get(held.size() - 1).getInputStream().read()).isEqualTo('x');
        } finally {
            for (Socket socket : held) {
                socket.close();
            }
        }
    }

    @Test
    void aClientThatNeverReadsStopsTheReplicaAndCostsOneBuffer() throws Exception {
        int clients = 8;
        AtomicLong written = new AtomicLong();
        CountDownLatch over = new CountDownLatch(1);
        try (PlainServer pouring = new PlainServer(socket -> {
                    byte[] chunk = new byte[64 << 10];
                    while (over.getCount() > 0) {
                        socket.getOutputStream().write(chunk);
                        written.addAndGet(chunk.length);
                    }
                });
                Tunnel tunnel = Tunnel.open(TunnelSettings.builder(Routes.to("replica.test", pouring.address()))
                        .build())) {
            long direct = Figures.now().direct();
            List<TestClient> deaf = new ArrayList<>();
            try {
                for (int i = 0; i < clients; i++) {
                    TestClient client = TestClient.of(tunnel.address());
                    deaf.add(client);
                    client.send("CONNECT replica.test:443 HTTP/1.1\r\nHost: replica.test:443\r\n\r\n");
                }
                awaitStandstill(written);

                assertThat(written.get()).isLessThan(clients * SYSTEM_BUFFERS);
                // A piece of 256 KiB for each, and what two threads keep for the next one.
                assertThat(Figures.now().direct() - direct).isLessThan((clients + 10) * (256L << 10));
                // Whoever begins to read gets what was held.
                assertThat(deaf.get(0).readHead()).startsWith("HTTP/1.1 200 ");
                assertThat(deaf.get(0).socket.getInputStream().readNBytes(1 << 20))
                        .hasSize(1 << 20);
            } finally {
                over.countDown();
                for (TestClient client : deaf) {
                    client.close();
                }
            }
        }
    }

    private static void idle(Tunnel tunnel, ServerSocket replica, List<Socket> held) throws IOException {
        TestClient client = TestClient.of(tunnel.address());
        held.add(client.socket);
        client.send("CONNECT replica.test:443 HTTP/1.1\r\nHost: replica.test:443\r\n\r\n");
        held.add(replica.accept());
        assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
    }

    /** Until nothing more has been written for a tenth of a second. */
    private static void awaitStandstill(AtomicLong written) {
        long[] last = {-1, System.nanoTime()};
        Await.until("nobody writes any more", () -> {
            if (written.get() != last[0]) {
                last[0] = written.get();
                last[1] = System.nanoTime();
            }
            return last[0] > 0 && System.nanoTime() - last[1] > 100_000_000;
        });
    }

    private static long boxThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("throughline-tunnel"))
                .count();
    }

    /** Of this process; bytes and counts. */
    private record Figures(int threads, long heap, long direct, long descriptors) {
        static Figures now() {
            System.gc();
            return new Figures(
                    Thread.activeCount(),
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                    ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                            .filter(pool -> pool.getName().equals("direct"))
                            .mapToLong(BufferPoolMXBean::getMemoryUsed)
                            .sum(),
                    ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                            ? unix.getOpenFileDescriptorCount()
                            : 0);
        }
    }
}
