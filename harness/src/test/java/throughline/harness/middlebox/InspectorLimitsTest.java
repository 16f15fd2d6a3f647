package throughline.harness.middlebox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client or a replica may not do to an inspector, and bodies that it holds until it has them. */
@Timeout(60)
class InspectorLimitsTest {
    private static final String POST = "POST / HTTP/1.1|Host: replica.test|";

    @ParameterizedTest
    @CsvSource({
        // RFC 9112, 6.1 and 6.3, and 11.2: what two readers could frame in two ways is read by none.
        "'Content-Length: 5|Content-Length: 6||',                            400",
        "'Content-Length: 5, 6||',                                           400",
        "'Content-Length: 5, 5||hello',                                      400",
        "'Content-Length: 5,,5||hello',                                      400",
        // RFC 9112, 3.2
        "'Host: other.test||',                                               400",
        "'Content-Length: 5|Transfer-Encoding: chunked||0||',                400",
        "'Transfer-Encoding: chunked|Content-Length: 5||0||',                400",
        "'Transfer-Encoding: identity|Content-Length: 5||hello',             400",
        "'Content-Length : 5||hello',                                        400",
        "'Content-Length: 0x5||',                                            400",
        "'Content-Length: 9223372036854775808||',                            400",
        "'Transfer-Encoding: chunked, identity||',                           501",
        "'Transfer-Encoding: xchunked||',                                    501",
        "' Transfer-Encoding: chunked||',                                    400",
        "'X: a|Transfer-Encoding:chunked|Content-Length:3||',                400",
    })
    void aRequestThatCouldBeSmuggledIsAnsweredByTheBox(String rest, int status) throws IOException {
        for (int before = 0; before < 2; before++) {
            try (RecordingReplica replica = RecordingReplica.ok();
                    Inspector box = Inspector.open(settings(replica.address()).build());
                    TlsClient primary = client(box)) {
                TestClient session = primary.handshake("replica.test");
                if (before == 1) {
                    // The same as the second request on a connection: its answer must not be missing.
                    session.send(lines("GET / HTTP/1.1|Host: replica.test||"));
                    assertThat(session.readAnswer().body()).isEqualTo("ok");
                }
                session.send(lines(POST + rest));
                TestClient.Answer answer = session.readAnswer();

                assertThat(answer.statusLine()).startsWith("HTTP/1.1 " + status + " ");
                assertThat(answer.head()).contains("\r\nConnection: close\r\n");
                assertThat(session.readToEnd()).isEmpty();
                assertThat(replica.requests()).hasSize(before);
            }
        }
    }

    @Test
    void whoAsksTwiceAndThenBadlyGetsThreeAnswers() throws IOException {
        try (RecordingReplica replica = RecordingReplica.ok();
                Inspector box = Inspector.open(settings(replica.address()).build());
                TlsClient primary = client(box)) {
            TestClient session = primary.handshake("replica.test");
            session.send(lines("GET /1 HTTP/1.1|Host: replica.test||GET /2 HTTP/1.1|Host: replica.test||garbage||"));

            assertThat(session.readAnswer().body()).isEqualTo("ok");
            assertThat(session.readAnswer().body()).isEqualTo("ok");
            assertThat(session.readAnswer().statusLine()).startsWith("HTTP/1.1 400 ");
            assertThat(replica.requests()).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fffffffffffffffff|", "1|abc|", "x|", "1;" + "||", "-1|", "5 5|"})
    void aBrokenChunkEndsTheConnectionAndIsNoRequestOfItsOwn(String chunk) throws IOException {
        try (RecordingReplica replica = RecordingReplica.ok();
                Inspector box = Inspector.open(settings(replica.address()).build());
                TlsClient primary = client(box)) {
            TestClient session = primary.handshake("replica.test");
            session.send(lines(POST + "Transfer-Encoding: chunked||" + chunk + "GET /smuggled HTTP/1.1|Host: x||"));

            assertThat(session.readAnswer().statusLine()).startsWith("HTTP/1.1 400 ");
            assertThat(replica.requests()).noneMatch(request -> request.startsWith("GET"));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 'GET / HTTP/1.1|X: '", "70, 'GET / HTTP/1.1'", "1, GET /", "1, '|||||||'"})
    void anEndlessHeadIsRefusedAfterAFewKilobytes(int shortLines, String beginning) throws IOException {
        try (RecordingReplica replica = RecordingReplica.ok();
                Inspector box = Inspector.open(settings(replica.address()).build());
                TlsClient primary = client(box)) {
            TestClient session = primary.handshake("replica.test");
            StringBuilder head = new StringBuilder(beginning);
            for (int line = 1; line < shortLines; line++) {
                head.append("|X: ").append(line);
            }
            session.send(lines(head + (shortLines > 1 ? "||" : "x".repeat(9000))));

            assertThat(session.readAnswer().statusLine()).matches("HTTP/1.1 4(31|00) .*");
            assertThat(replica.requests()).isEmpty();
        }
    }

    @Test
    void anEndlessAnswerOfTheReplicasGives502() throws IOException {
        TlsReplica endless = new TlsReplica(Pki.REPLICA, parameters -> {}, socket -> {
            new TestClient(socket).readHead();
            byte[] line = "X-Filling: more and more of it\r\n".repeat(32).getBytes(ISO_8859_1);
            socket.getOutputStream().write("HTTP/1.1 200 OK\r\n".getBytes(ISO_8859_1));
            while (true) {
                socket.getOutputStream().write(line);
            }
        });
        try (endless;
                Inspector box = Inspector.open(settings(endless.address()).build());
                TlsClient primary = client(box)) {
            TestClient session = primary.handshake("replica.test");
            session.send(lines("GET / HTTP/1.1|Host: replica.test||"));

            assertThat(session.readAnswer().statusLine()).isEqualTo("HTTP/1.1 502 Proxy Error");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET / HTTP/1.1|Host: replica.test|"})
    void aFirstRequestMayNotTakeForEver(String beginning) throws IOException {
        try (RecordingReplica replica = RecordingReplica.ok();
                Inspector box = Inspector.open(
                        settings(replica.address()).build(),
                        Listening.onLoopback().patience(Duration.ofMillis(500)));
                TlsClient primary = client(box)) {
            TestClient session = primary.handshake("replica.test");
            session.send(lines(beginning));

            session.readToEnd();
            assertThat(Await.onlyPassage(box).note())
                    .hasValueSatisfying(note -> assertThat(note).contains("500 ms"));
        }
    }

    @Test
    void aLaterRequestMayBeLongInComingButNotSlow() throws IOException {
        try (RecordingReplica replica = RecordingReplica.ok();
                Inspector box = Inspector.open(
                        settings(replica.address()).build(),
                        Listening.onLoopback().patience(Duration.ofMillis(500)));
                TlsClient primary = client(box)) {
            TestClient session = primary.handshake("replica.test");
            session.send(lines("GET / HTTP/1.1|Host: replica.test||"));
            session.readAnswer();
            // A pause that is longer than the box's patience.
            session.socket.setSoTimeout(650);
            assertThatThrownBy(() -> session.socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            session.socket.setSoTimeout(10_000);
            session.send(lines("GET / HTTP/1.1|Host: replica.test||"));
            assertThat(session.readAnswer().body()).isEqualTo("ok");
            session.send("GET /slow");

            session.readToEnd();
            assertThat(Await.onlyPassage(box).ended()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'Content-Length: 5||hello',                       'Content-Length: 5|'",
        "'Content-Length: 0||',                            'Content-Length: 0|'",
        "'Transfer-Encoding: chunked||5|hello|0|T: t||',   'Transfer-Encoding: chunked|'",
    })
    void aBufferedBodyArrivesWholeAndAsItWas(String rest, String framing) throws IOException {
        try (RecordingReplica replica = RecordingReplica.ok();
                Inspector box = Inspector.open(
                        settings(replica.address()).withoutVia().bufferBodies().build());
                TlsClient primary = client(box)) {
            TestClient session = primary.handshake("replica.test");
            session.send(lines(POST + rest));

            assertThat(session.readAnswer().body()).isEqualTo("ok");
            assertThat(replica.requests())
                    .containsExactly(lines(POST + framing + rest.substring(rest.indexOf("||") + 1)));
        }
    }

    @Test
    void nothingOfABufferedRequestArrivesBeforeAllOfIt() throws IOException {
        CountDownLatch headSeen = new CountDownLatch(1);
        TlsReplica replica = new TlsReplica(Pki.REPLICA, parameters -> {}, socket -> {
            TestClient peer = new TestClient(socket);
            peer.readHead();
            headSeen.countDown();
            // All of it is there at once.
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n" + peer.read(10));
        });
        try (replica;
                Inspector box = Inspector.open(
                        settings(replica.address()).bufferBodies().build());
                TlsClient primary = client(box)) {
            TestClient session = primary.handshake("replica.test");
            session.send(lines(POST + "Content-Length: 10||first"));
            Await.until(
                    "the replica's session is there",
                    () -> !replica.clientCertificates().isEmpty());
            assertThat(headSeen.getCount()).isOne();
            session.send("other");

            assertThat(session.readAnswer().body()).isEqualTo("firstother");
        }
    }

    @Test
    void aClientThatWaitsToBeEncouragedIsToldToGoOnByABufferingBox() throws IOException {
        try (RecordingReplica replica = RecordingReplica.ok();
                Inspector box = Inspector.open(
                        settings(replica.address()).withoutVia().bufferBodies().build());
                TlsClient primary = client(box)) {
            TestClient session = primary.handshake("replica.test");
            session.send(lines(POST + "Expect: 100-continue|Content-Length: 5||"));
            // RFC 9110, 10.1.1: the body comes after this, and it was the box's to say.
            assertThat(session.readHead()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            session.send("hello");

            assertThat(session.readAnswer().body()).isEqualTo("ok");
            assertThat(replica.requests()).containsExactly(lines(POST + "Content-Length: 5||hello"));
        }
    }

    @Test
    void aBoxThatDoesNotBufferLeavesTheEncouragementToTheReplica() throws IOException {
        TlsReplica refusing = new TlsReplica(Pki.REPLICA, parameters -> {}, socket -> {
            TestClient peer = new TestClient(socket);
            assertThat(peer.readHead()).contains("\r\nExpect: 100-continue\r\n");
            peer.send("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        });
        try (refusing;
                Inspector box = Inspector.open(settings(refusing.address()).build());
                TlsClient primary = client(box)) {
            TestClient session = primary.handshake("replica.test");
            session.send(lines(POST + "Expect: 100-continue|Content-Length: 5||"));

            assertThat(session.readAnswer().statusLine()).startsWith("HTTP/1.1 417 ");
        }
    }

    @ParameterizedTest
    @CsvSource({
        // The limit of what is held is 64 MiB; what announces more is refused before it has come.
        "true,  'Content-Length: 67108865||'",
        "false, 'Content-Length: 11||'",
        "false, 'Transfer-Encoding: chunked||b|hello world|'",
    })
    void aBodyThatIsTooLongIsRefused(boolean buffers, String rest) throws IOException {
        Listening listening =
                buffers ? Listening.onLoopback() : Listening.onLoopback().with(new Adversity.LimitBody(10));
        try (RecordingReplica replica = RecordingReplica.ok();
                Inspector box = Inspector.open(
                        (buffers ? settings(replica.address()).bufferBodies() : settings(replica.address())).build(),
                        listening);
                TlsClient primary = client(box)) {
            TestClient session = primary.handshake("replica.test");
            session.send(lines(POST + rest));

            assertThat(session.readAnswer().statusLine()).startsWith("HTTP/1.1 413 ");
            assertThat(replica.requests()).isEmpty();
        }
    }

    private static InspectorSettings.Builder settings(InetSocketAddress replica) {
        return InspectorSettings.builder(
                Routes.to("replica.test", replica), Pki.LABORATORY.inspector(), Pki.laboratory());
    }

    private static TlsClient client(Inspector box) throws IOException {
        return new TlsClient(box.address(), Pki.inspection()).connect("replica.test:443");
    }

    private static String lines(String text) {
        return text.replace("|", "\r\n");
    }
}
