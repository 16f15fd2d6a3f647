package throughline.replica;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.certs.TestPki;
import throughline.identity.Identity;
import throughline.protocol.MediaTypes;
import throughline.protocol.RefusalReason;

class ReplicaLifeTest {
    private static final Admission ADMISSION = Admission.anyAcceptedCertificate(Path.of("unused"));

    @TempDir
    Path store;

    @Test
    void afterCloseNoThreadAndNoPortIsLeft() throws Exception {
        Lab lab = new Lab(store);
        Lab.send(lab.http(HttpClient.Version.HTTP_2), lab.announcement());
        Lab.send(lab.http(HttpClient.Version.HTTP_1_1), lab.announcement());
        Socket idle = new Socket(lab.replica.address().getAddress(), lab.replica.port());
        assertThat(threads()).isNotEmpty();
        // One that nobody has accepted is reset by the kernel when the listener goes.
        Await.until(() -> lab.replica.connections().size() == 3);

        lab.close();
        lab.close();

        assertThat(threads()).isEmpty();
        assertThatThrownBy(() -> new Socket(lab.replica.address().getAddress(), lab.replica.port()).close())
                .isInstanceOf(ConnectException.class);
        assertThat(idle.getInputStream().read()).as("the connection is ended").isEqualTo(-1);
        idle.close();
    }

    @Test
    void closingEndsASliceThatIsStillArriving() throws Exception {
        Lab lab = new Lab(store);
        Lab.send(lab.http(HttpClient.Version.HTTP_1_1), lab.declaration("d", 1 << 20, 1));
        lab.replica.takeExchange(Duration.ofSeconds(60));
        try (SSLSocket socket = lab.socket(lab.context(), "TLSv1.3")) {
            String head = "POST /v1/machines/d/change-sets/1/1/slices/0 HTTP/1.1\r\nHost: x\r\nThroughline-Attempt: "
                    + Lab.ATTEMPT + "\r\nContent-Type: " + MediaTypes.SLICE + "\r\nContent-Length: 1048576\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(US_ASCII));
            socket.getOutputStream().write(Arrays.copyOf(Slices.of(0, new byte[1 << 20]), 1 << 19));
            Await.until(() -> lab.connection(connection -> connection.id() == 2).requests() == 1);

            lab.close();

            assertThat(threads()).isEmpty();
            ReceivedExchange slice = lab.replica.takeExchange(Duration.ZERO).orElseThrow();
            assertThat(slice.refusal()).contains(RefusalReason.SHUTTING_DOWN);
        }
    }

    @Test
    void aSliceThatIsUnderWayIsFinishedWithinTheTimeOfTheDrain() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (Lab lab = new Lab(store, settings -> settings.drain(Duration.ofMinutes(1)))) {
            HttpClient client = lab.http(HttpClient.Version.HTTP_1_1);
            Lab.send(client, lab.declaration("d", 16, 1));
            try (HalfASlice slice = new HalfASlice(lab, lab.context(), "d")) {
                Future<Boolean> drained = thread.submit(() -> lab.replica.drain());
                Await.until(() -> Lab.send(client, lab.announcement()).statusCode() == 503);

                assertThat(slice.finish()).isEqualTo("HTTP/1.1 200 OK");

                assertThat(drained.get(60, TimeUnit.SECONDS)).isTrue();
            }
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    void aDrainThatIsOverCutsWhatIsUnderWay() throws Exception {
        Lab lab = new Lab(store, settings -> settings.drain(Duration.ZERO));
        Lab.send(lab.http(HttpClient.Version.HTTP_1_1), lab.declaration("d", 16, 1));
        try (HalfASlice slice = new HalfASlice(lab, lab.context(), "d")) {
            assertThat(lab.replica.drain()).isFalse();
            lab.close();
            assertThat(slice.readLine()).doesNotContain("200");
        }
    }

    @Test
    void manyMayBeOpenedAndClosed() throws Exception {
        TestPki pki = TestPki.create(Clock.systemUTC());
        ReplicaSettings settings = ReplicaSettings.builder(
                        pki.server("127.0.0.1"), pki.trust(), Admission.anyAcceptedCertificate(store))
                .build();
        for (int i = 0; i < 50; i++) {
            Replica.start(settings).close();
        }

        assertThat(threads()).isEmpty();
    }

    @Test
    void aPortInUseIsAnErrorThatNamesItAndLeavesNothing() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = (InetSocketAddress) taken.getLocalSocketAddress();

            assertThatThrownBy(() -> new Lab(store, settings -> settings.listen(address)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("127.0.0.1:" + address.getPort());
            assertThat(threads()).isEmpty();
        }
    }

    @Test
    void twoStartsAreTwoBoots() throws Exception {
        try (Lab one = new Lab(store);
                Lab two = new Lab(store)) {
            assertThat(one.replica.bootId()).isNotEqualTo(two.replica.bootId());
            assertThat(one.replica.address().getAddress().isLoopbackAddress()).isTrue();
        }
    }

    static Stream<Arguments> settings() throws Exception {
        TestPki pki = TestPki.create(Clock.systemUTC());
        Identity server = pki.server("127.0.0.1");
        ReplicaSettings.Builder good = ReplicaSettings.builder(server, pki.trust(), ADMISSION);
        return Stream.of(
                Arguments.of(good.tlsVersions(List.of("TLSv1")), "TLS versions [TLSv1]; accepted"),
                Arguments.of(
                        ReplicaSettings.builder(server, pki.trust(), ADMISSION).tlsVersions(List.of()),
                        "TLS versions []; accepted are one or more of [TLSv1.2, TLSv1.3]"),
                Arguments.of(
                        ReplicaSettings.builder(server, pki.trust(), ADMISSION)
                                .applicationProtocols(List.of("h2", "h2")),
                        "application protocols [h2, h2]; accepted"),
                Arguments.of(
                        ReplicaSettings.builder(server, pki.trust(), ADMISSION).silence(Duration.ZERO),
                        "silence of PT0S; accepted"),
                Arguments.of(
                        ReplicaSettings.builder(server, pki.trust(), ADMISSION).drain(Duration.ofMillis(-1)),
                        "drain of PT-0.001S; accepted is zero or more"),
                Arguments.of(
                        ReplicaSettings.builder(server, pki.trust(), ADMISSION)
                                .otherServedCertificates(List.of("AB:CD")),
                        "served certificate \"AB:CD\"; accepted"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("settings")
    void settingsThatCannotBeAreNamed(ReplicaSettings.Builder settings, String said) {
        assertThatThrownBy(settings::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(said);
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.startsWith("throughline") || name.startsWith("qtp") || name.contains("Scheduler"))
                .toList();
    }
}
