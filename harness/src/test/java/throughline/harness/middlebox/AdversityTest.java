package throughline.harness.middlebox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.harness.middlebox.MiddleboxContract.EchoReplica;

/** Every adversity at every kind: what the client sees, or the reason why that kind cannot have it. */
@Timeout(120)
class AdversityTest {
    /** The columns of the table. */
    private static final List<MiddleboxKind> KINDS = List.of(
            MiddleboxKind.RELAY,
            MiddleboxKind.TUNNEL,
            MiddleboxKind.SOCKS_TUNNEL,
            MiddleboxKind.INSPECTOR,
            MiddleboxKind.TRANSPARENT_INSPECTOR,
            MiddleboxKind.LOAD_BALANCER);

    private static final Duration SILENCE = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Set<Face> BREAKS = Set.of(Face.END, Face.RESET, Face.ALERT);

    /** What a client says through the box: 300 KB, so that every number below lies inside. */
    private static final int LENGTH = 300_000;

    /** What becomes of it, as seen by the client. */
    enum Face {
        /** All of it comes back. */
        WHOLE,
        /** An orderly end before that. */
        END,
        /** A connection reset. */
        RESET,
        /** An end, a reset or an alert: what TLS makes of an end in the middle, and what is unread, decide. */
        BROKEN,
        /** Nothing for a while, and no end. */
        SILENCE,
        /** All of it, with one bit changed. */
        CHANGED,
        /** An HTTP answer of the box's own. */
        HTTP,
        /** The record of an alert, as the first bytes. */
        ALERT,
        /** A kind that cannot have it. */
        REFUSED
    }

    /** Columns: relay, tunnel, socks, inspector, inspector-transparent, load-balancer. */
    static Stream<Arguments> table() {
        return Stream.of(
                        "refuse:503                        REFUSED HTTP    REFUSED HTTP    REFUSED REFUSED",
                        "demand-authentication             REFUSED HTTP    BROKEN  HTTP    REFUSED REFUSED",
                        "page:200                          HTTP    HTTP    HTTP    HTTP    HTTP    HTTP",
                        "cut:1000:to-replica               END     END     END     BROKEN  BROKEN  BROKEN",
                        "cut:1000:to-client                END     END     END     BROKEN  BROKEN  BROKEN",
                        "cut:200000:to-replica             END     END     END     BROKEN  BROKEN  BROKEN",
                        "half-close:200000:to-client       END     END     END     BROKEN  BROKEN  BROKEN",
                        "half-close:200000:to-replica      END     END     END     BROKEN  BROKEN  BROKEN",
                        "reset:1000:to-replica             RESET   RESET   RESET   RESET   RESET   RESET",
                        "reset:200000:to-client            RESET   RESET   RESET   RESET   RESET   RESET",
                        "stall:connect                     REFUSED SILENCE SILENCE SILENCE REFUSED REFUSED",
                        "stall:client-hello                SILENCE SILENCE SILENCE SILENCE SILENCE SILENCE",
                        "stall:certificate-request         SILENCE SILENCE SILENCE REFUSED REFUSED SILENCE",
                        "stall:mid-body                    SILENCE SILENCE SILENCE SILENCE SILENCE SILENCE",
                        "stall:last-byte                   REFUSED REFUSED REFUSED SILENCE SILENCE SILENCE",
                        "slow:5:2:4000000                  WHOLE   WHOLE   WHOLE   WHOLE   WHOLE   WHOLE",
                        "flip:250000:to-replica            CHANGED CHANGED CHANGED BROKEN  BROKEN  BROKEN",
                        "flip:250000:to-client             CHANGED CHANGED CHANGED BROKEN  BROKEN  BROKEN",
                        "limit-body:299999                 REFUSED REFUSED REFUSED HTTP    HTTP    HTTP",
                        "limit-body:300000                 REFUSED REFUSED REFUSED WHOLE   WHOLE   WHOLE",
                        "idle:60000                        WHOLE   WHOLE   WHOLE   WHOLE   WHOLE   WHOLE",
                        "alert:42:client-hello             ALERT   ALERT   ALERT   ALERT   ALERT   ALERT",
                        "alert:40:certificate-request      ALERT   ALERT   ALERT   REFUSED REFUSED ALERT",
                        "alert:40:mid-body                 REFUSED REFUSED REFUSED REFUSED REFUSED REFUSED",
                        "lie-about-length                  REFUSED WHOLE   REFUSED END     END     END")
                .flatMap(AdversityTest::row);
    }

    private static Stream<Arguments> row(String line) {
        String[] cells = line.split(" +", -1);
        return IntStream.range(0, KINDS.size())
                .mapToObj(column -> Arguments.of(cells[0], KINDS.get(column), Face.valueOf(cells[1 + column])));
    }

    @ParameterizedTest(name = "{0} at {1}: {2}")
    @MethodSource("table")
    void everyKindShowsItsFaceOrSaysWhyNot(String text, MiddleboxKind kind, Face expected) throws Exception {
        Adversity adversity = AdversityKind.parse(text);
        assertThat(adversity).hasToString(text);
        try (EchoReplica replica = kind.endsTls() ? EchoReplica.overHttp() : EchoReplica.plain()) {
            if (expected == Face.REFUSED) {
                assertThatThrownBy(() -> InProcess.open(
                                kind, replica, Listening.onLoopback().with(adversity)))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageStartingWith("adversity " + text + " at " + kind.id() + ": ");
                return;
            }
            try (Middlebox box =
                    InProcess.open(kind, replica, Listening.onLoopback().with(adversity))) {
                Face seen = face(box, expected == Face.SILENCE ? SILENCE : LONG);
                assertThat(seen)
                        .as("passages: %s", box.passages())
                        .matches(face -> face == expected || (expected == Face.BROKEN && BREAKS.contains(face)));
            }
        }
    }

    private static Face face(Middlebox box, Duration patience) {
        byte[] said = new byte[LENGTH];
        new Random(5).nextBytes(said);
        byte[] heard = new byte[LENGTH + 1];
        int count = 0;
        try (TestClient client = InProcess.enter(box, patience)) {
            if (box.kind().endsTls()) {
                client.send("POST / HTTP/1.1\r\nHost: replica.test\r\nContent-Length: " + LENGTH + "\r\n\r\n");
            }
            FutureTask<Boolean> sender = sendBeside(client, said);
            int wanted = LENGTH;
            if (box.kind().endsTls()) {
                String head = client.readHead();
                if (!head.startsWith("HTTP/1.1 200 ") || head.contains("text/html")) {
                    return Face.HTTP;
                }
                wanted = Integer.parseInt(head.replaceAll("(?is).*content-length: (\\d+).*", "$1"));
            }
            while (count < wanted) {
                int more = client.socket.getInputStream().read(heard, count, wanted - count);
                if (more < 0) {
                    // Whoever of both asks first is told of a reset, and the other reads an end.
                    return reset(sender) ? Face.RESET : ended(Arrays.copyOf(heard, count));
                }
                count += more;
            }
            return Arrays.equals(said, Arrays.copyOf(heard, LENGTH)) ? Face.WHOLE : changed(said, heard);
        } catch (EOFException end) {
            return Face.END;
        } catch (IOException broken) {
            return broken(broken);
        }
    }

    /** Whether the connection was reset under it. */
    private static FutureTask<Boolean> sendBeside(TestClient client, byte[] said) {
        FutureTask<Boolean> task = new FutureTask<>(() -> {
            try {
                client.socket.getOutputStream().write(said);
                return false;
            } catch (IOException gone) {
                return String.valueOf(gone.getMessage()).contains("reset");
            }
        });
        Thread sender = new Thread(task, "test-sender");
        sender.setDaemon(true);
        sender.start();
        return task;
    }

    private static boolean reset(FutureTask<Boolean> sender) {
        try {
            return sender.get(10, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException failed) {
            throw new AssertionError(failed);
        }
    }

    private static Face ended(byte[] heard) {
        String text = new String(heard, ISO_8859_1);
        if (text.startsWith("HTTP/1.1 ")) {
            return Face.HTTP;
        }
        // RFC 8446, 5.1 and 6: type 21, legacy version 3.3, two bytes, fatal, the code.
        return text.startsWith("\25\3\3\0\2\2") ? Face.ALERT : Face.END;
    }

    private static Face changed(byte[] said, byte[] heard) {
        int at = Arrays.mismatch(said, heard);
        heard[at] ^= 1;
        return Arrays.equals(said, Arrays.copyOf(heard, LENGTH)) ? Face.CHANGED : Face.BROKEN;
    }

    private static Face broken(IOException broken) {
        String said = String.valueOf(broken.getMessage());
        if (said.startsWith("HTTP/1.1 ")) {
            return Face.HTTP;
        }
        if (said.contains("Received fatal alert")) {
            return Face.ALERT;
        }
        for (Throwable cause = broken; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketTimeoutException) {
                return Face.SILENCE;
            }
            if (cause instanceof SocketException) {
                return Face.RESET;
            }
        }
        return Face.BROKEN;
    }

    @ParameterizedTest
    @EnumSource
    void anIdleConnectionEndsInTime(MiddleboxKind kind) throws IOException {
        Listening idle = Listening.onLoopback().with(AdversityKind.parse("idle:700"));
        try (EchoReplica replica = kind.endsTls() ? EchoReplica.overHttp() : EchoReplica.plain();
                Middlebox box = InProcess.open(kind, replica, idle)) {
            try (TestClient client = InProcess.enter(box)) {
                assertThat(client.socket.getInputStream().read()).isEqualTo(-1);
            } catch (SSLException truncated) {
                // An end without close_notify, under TLS.
                assertThat(truncated.getCause()).isInstanceOf(EOFException.class);
            }
            assertThat(Await.onlyPassage(box).note()).contains("adversity idle:700");
        }
    }

    @Test
    void slownessIsWhatItSays() throws IOException {
        // 100,000 bytes at 500,000 a second: at least a fifth of a second, whatever the machine.
        try (EchoReplica replica = EchoReplica.plain();
                Middlebox box = InProcess.open(
                        MiddleboxKind.RELAY,
                        replica,
                        Listening.onLoopback().with(AdversityKind.parse("slow:0:0:500000")));
                TestClient client = InProcess.enter(box)) {
            long start = System.nanoTime();
            client.socket.getOutputStream().write(new byte[100_000]);
            client.socket.getInputStream().readNBytes(100_000);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(200));
        }
    }

    @Test
    void aTunnelThatLiesGivesItsAnswerALength() throws IOException {
        try (EchoReplica replica = EchoReplica.plain();
                Middlebox box = InProcess.open(
                        MiddleboxKind.TUNNEL, replica, Listening.onLoopback().with(new Adversity.LieAboutLength()));
                TestClient client = TestClient.of(box.address())) {
            client.send("CONNECT replica.test:443 HTTP/1.1\r\n\r\n");
            assertThat(client.readHead()).contains("\r\nContent-Length: 16\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "refuse:200            | a status of 200; accepted is one from 400 to 599",
                "refuse                | accepted is refuse:STATUS",
                "cut:x:to-client       | \"x\" is no number; accepted is one from 0",
                "cut:5:upwards         | no direction \"upwards\"; accepted are to-replica, to-client",
                "stall:lunch           | no step \"lunch\"; accepted are connect, client-hello, certificate-request",
                "slow:5:6:0            | a jitter in milliseconds of 6; accepted is one from 0 to 5",
                "vanish:1              | accepted are refuse:STATUS, demand-authentication, page:STATUS",
                "demand-authentication:1 | accepted is demand-authentication",
            })
    void whatIsWrittenBadlyIsRefusedWithAReason(String text, String reason) {
        assertThatThrownBy(() -> AdversityKind.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("adversity \"" + text + "\"")
                .hasMessageContaining(reason);
    }

    @Test
    void theTableHasARowForEveryAdversity() {
        assertThat(table().map(row -> ((String) row.get()[0]).split(":", -1)[0]).distinct())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(AdversityKind.values())
                        .map(AdversityKind::word)
                        .toList());
    }
}
