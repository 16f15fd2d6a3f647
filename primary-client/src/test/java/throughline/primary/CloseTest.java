package throughline.primary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.primary.diagnosis.Verdict.Unexplained;
import throughline.primary.evidence.ExchangeEvidence.ExchangeFailed;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.PathEvidence.TunnelFailed;
import throughline.primary.evidence.TlsEvidence.HandshakeFailed;
import throughline.replica.Replica;

/** close() ends what is under way and leaves nothing behind. */
@SuppressWarnings("try") // it is called from within its resource's block, and then again
class CloseTest {
    private static final Lab LAB = new Lab();
    private static final Duration SOON = Duration.ofSeconds(1);

    /** RFC 9113, section 4.1: three bytes of length, then the type; section 6.2: the type of HEADERS. */
    private static final int FRAME_HEADER = 9;

    private static final int HEADERS = 1;

    @TempDir
    Path folder;

    private final ExecutorService caller = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        caller.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void inTheMiddleOfATransferItEndsTheAttempt(boolean http2) throws Exception {
        Path image = Files.write(folder.resolve("image"), Lab.noise(32 << 20, 1));
        try (Replica replica = LAB.startReplica(Files.createDirectory(folder.resolve("store")))) {
            inTheMiddleOfATransferTo(replica, http2, image);
        }
    }

    private void inTheMiddleOfATransferTo(Replica replica, boolean http2, Path image) throws Exception {
        Valve stalling = new Valve(replica.port(), 1 << 20);
        try (FakeServer valve = new FakeServer(stalling);
                PrimaryClient primary = new PrimaryClient(
                        LAB.settings(valve.port()).http2(http2).build())) {
            Future<ReplicationFailed> attempt =
                    caller.submit(() -> Lab.failed(() -> primary.replicate(Lab.disk("disk"), image)));
            stalling.awaitShut();

            primary.close();

            ReplicationFailed failed = attempt.get(SOON.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(failed.verdict()).isInstanceOf(Unexplained.class);
            assertThat(Lab.all(failed, ExchangeFailed.class))
                    .extracting(piece -> piece.failure().kind())
                    .containsExactly(FailureKind.CANCELLED);
        }
    }

    /** What a server does until it is closed, and what our end of that is called. */
    private static FakeServer.Conversation untilHere(CountDownLatch reached, FakeServer.Conversation before) {
        return wire -> {
            before.hold(wire);
            reached.countDown();
            wire.silence();
        };
    }

    @Test
    void whileTheProxyIsSilentItIsNotTheProxysFault() throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        try (FakeServer proxy = new FakeServer(untilHere(reached, Wire::head))) {
            ReplicationFailed failed = closedAt(reached, LAB.settingsThrough(proxy.port(), 1));

            assertThat(failed.verdict()).isInstanceOf(Unexplained.class);
            assertThat(Lab.all(failed, TunnelFailed.class))
                    .extracting(piece -> piece.failure().kind())
                    .containsExactly(FailureKind.CANCELLED);
        }
    }

    @Test
    void duringTheHandshakeItIsNobodysFault() throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        try (FakeServer server = new FakeServer(untilHere(
                reached,
                wire -> assertThat(wire.socket().getInputStream().read()).isEqualTo(0x16)))) {
            ReplicationFailed failed = closedAt(reached, LAB.settings(server.port()));

            assertThat(failed.verdict()).isInstanceOf(Unexplained.class);
            assertThat(Lab.all(failed, HandshakeFailed.class))
                    .extracting(piece -> piece.failure().kind())
                    .containsExactly(FailureKind.CANCELLED);
        }
    }

    /** A client certificate was asked for and the connection ended unanswered: but it was us. */
    @ParameterizedTest
    @ValueSource(strings = {"http/1.1", "h2"})
    void whileTheAnnouncementIsUnansweredTheCertificateWasNotRejected(String protocol) throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        FakeReplica replica = new FakeReplica(LAB.server, LAB.pki.trust(), true);
        try (FakeServer server = new FakeServer(wire -> {
            Wire inside = new Wire(replica.serve(wire.socket(), protocol), wire.number());
            awaitRequest(inside.socket().getInputStream(), protocol);
            reached.countDown();
            inside.silence();
        })) {
            ReplicationFailed failed = closedAt(reached, LAB.settings(server.port()));

            assertThat(failed.verdict()).isInstanceOf(Unexplained.class);
            assertThat(Lab.all(failed, ExchangeFailed.class))
                    .extracting(piece -> piece.failure().kind())
                    .containsExactly(FailureKind.CANCELLED);
        }
    }

    /** HTTP/2 speaks before it asks: the preface and the settings (RFC 9113 section 3.4) are no announcement yet. */
    private static void awaitRequest(InputStream in, String protocol) throws IOException {
        if (protocol.equals("http/1.1")) {
            assertThat(in.read()).isPositive();
            return;
        }
        in.skipNBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".length());
        byte[] frame = in.readNBytes(FRAME_HEADER);
        while (frame[3] != HEADERS) {
            in.skipNBytes(new BigInteger(1, Arrays.copyOf(frame, 3)).intValue());
            frame = in.readNBytes(FRAME_HEADER);
        }
    }

    @Test
    void whileConnectingItEndsTheAttempt() throws Exception {
        try (FullBacklog full = new FullBacklog("127.0.0.1", 0)) {
            CountDownLatch reached = new CountDownLatch(1);
            ReplicationFailed failed =
                    closedAt(reached, LAB.settings(full.port()).resolver(host -> {
                        reached.countDown();
                        return List.of(InetAddress.getLoopbackAddress());
                    }));

            assertThat(failed.verdict()).isInstanceOf(Unexplained.class);
        }
    }

    /** Of the proxy, and of the replica. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whileANameIsLookedUpItEndsTheAttempt(boolean throughProxy) throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        ReplicationFailed failed =
                closedAt(reached, (throughProxy ? LAB.settingsThrough(1, 1) : LAB.settings(1)).resolver(host -> {
                            reached.countDown();
                            try {
                                never.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            return List.of(InetAddress.getLoopbackAddress());
                        }));

        assertThat(failed.verdict()).isInstanceOf(Unexplained.class);
        Await.until("the look-up has heeded the interrupt", () -> threads().isEmpty());
    }

    private ReplicationFailed closedAt(CountDownLatch reached, ClientSettings.Builder settings) throws Exception {
        try (PrimaryClient primary = new PrimaryClient(settings.build())) {
            Future<ReplicationFailed> attempt = caller.submit(() -> Lab.fails(primary));
            assertThat(reached.await(10, TimeUnit.SECONDS)).isTrue();

            primary.close();

            return attempt.get(SOON.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    @Test
    void aClosedClientSaysSo() throws IOException {
        try (Replica replica = LAB.startReplica(folder)) {
            PrimaryClient primary =
                    new PrimaryClient(LAB.settings(replica.port()).build());
            Lab.works(primary);
            primary.close();
            primary.close();

            assertThatThrownBy(primary::tryPath)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
            assertThat(replica.connections()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @EnabledOnOs(OS.LINUX)
    void noThreadAndNoSocketIsLeft(boolean http2) throws Exception {
        Path image = Files.write(folder.resolve("image"), Lab.noise(100_000, 1));
        try (Replica replica = LAB.startReplica(Files.createDirectory(folder.resolve("store")));
                FakeServer mute = new FakeServer(Wire::silence)) {
            round(replica, mute, image, http2);
            Await.until(
                    "the first round's connections are gone", () -> threads().isEmpty());
            long sockets = sockets();
            for (int i = 0; i < 10; i++) {
                round(replica, mute, image, http2);
            }

            Await.until("no thread is left: " + threads(), () -> threads().isEmpty());
            Await.until("no socket is left", () -> sockets() <= sockets);
        }
    }

    /** One client that replicates, one that fails, one that is closed in the middle. */
    private void round(Replica replica, FakeServer mute, Path image, boolean http2) throws Exception {
        try (PrimaryClient primary =
                new PrimaryClient(LAB.settings(replica.port()).http2(http2).build())) {
            primary.replicate(Lab.disk("disk"), image);
        }
        Lab.fails(LAB.withoutIdentity(replica.port()).http2(http2));
        int before = mute.accepted();
        try (PrimaryClient primary =
                new PrimaryClient(LAB.settings(mute.port()).http2(http2).build())) {
            Future<ReplicationFailed> attempt = caller.submit(() -> Lab.fails(primary));
            Await.until("it is under way", () -> mute.accepted() > before);
            primary.close();
            attempt.get(SOON.toMillis(), TimeUnit.MILLISECONDS);
        }
        mute.dropConnections();
    }

    /** The library's pool of threads is one for the process; an idle one of it, called TaskRunner, ends after a minute. */
    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("OkHttp") || name.startsWith("throughline"))
                .filter(name -> !name.equals("OkHttp TaskRunner"))
                // The replica is in this process too, with its store.
                .filter(name -> !name.startsWith("throughline-replica") && !name.equals("throughline-merge"))
                .toList();
    }

    private static long sockets() {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(CloseTest::isSocket).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException gone) {
            return false;
        }
    }
}
