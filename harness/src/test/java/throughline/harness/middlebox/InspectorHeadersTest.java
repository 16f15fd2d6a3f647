package throughline.harness.middlebox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of header fields on their way through an inspector, in requests and in answers; {@code |} stands for CRLF. */
@Timeout(60)
class InspectorHeadersTest {
    static Stream<Arguments> changes() {
        return Stream.of(
                change("nothing but Via", box -> box, "X: 1|", "X: 1|Via: 1.1 throughline-inspector|"),
                // RFC 9110, 7.6.3: appended behind those of the boxes before, in a field of its own or in theirs.
                change(
                        "Via behind others",
                        box -> box.via("second"),
                        "Via: 1.0 fred, 1.1 p.example.net|",
                        "Via: 1.0 fred, 1.1 p.example.net|Via: 1.1 second|"),
                change("Via of the same name", box -> box.via("a"), "Via: 1.1 a|", "Via: 1.1 a|Via: 1.1 a|"),
                change("no Via", InspectorSettings.Builder::withoutVia, "Via: 1.1 p|X: 1|", "Via: 1.1 p|X: 1|"),
                change(
                        "strips",
                        box -> plain(box).removeHeader("x-PRIVATE"),
                        "X-Private: 1|x-private: 2|Y: 3|",
                        "Y: 3|"),
                change("adds", box -> plain(box).addHeader("X-Box", "yes"), "Y: 3|", "Y: 3|X-Box: yes|"),
                change(
                        "rewrites",
                        box -> plain(box).addHeader("X-Box", "yes"),
                        "x-box: no|X-Box: 2|Y: 3|",
                        "Y: 3|X-Box: yes|"),
                change(
                        "rewrites the same",
                        box -> plain(box).addHeader("X-Box", "yes"),
                        "X-Box: yes|Y: 3|",
                        "Y: 3|X-Box: yes|"),
                change("strips Via", box -> box.via("b").removeHeader("Via"), "Via: 1.1 a|Y: 3|", "Y: 3|Via: 1.1 b|"),
                // RFC 9110, 7.6.1: what is for one hop goes no further, nominated or not.
                change(
                        "for one hop",
                        InspectorHeadersTest::plain,
                        "Keep-Alive: timeout=5|Connection: X-One, x-two|X-One: 1|X-Two: 2|Upgrade: h2c|Y: 3|",
                        "Y: 3|"),
                change("close is nominated too", InspectorHeadersTest::plain, "Connection: keep-alive, y|Y: 3|", ""),
                change(
                        "empty and odd values",
                        InspectorHeadersTest::plain,
                        "X:|Y:a:b|Z:   s p  |",
                        "X: |Y: a:b|Z: s p|"));
    }

    private static Arguments change(
            String what, UnaryOperator<InspectorSettings.Builder> set, String sent, String received) {
        return Arguments.of(what, set, sent, received);
    }

    private static InspectorSettings.Builder plain(InspectorSettings.Builder box) {
        return box.withoutVia();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void requestsAndAnswersAreChangedAlike(
            String what, UnaryOperator<InspectorSettings.Builder> set, String sent, String received)
            throws IOException {
        try (RecordingReplica replica =
                        new RecordingReplica(lines("HTTP/1.1 200 OK|" + sent + "Content-Length: 2||ok"));
                Inspector box = Inspector.open(set.apply(settings(replica)).build());
                TlsClient primary = new TlsClient(box.address(), Pki.inspection()).connect("replica.test:443")) {
            TestClient session = primary.handshake("replica.test");
            session.send(lines("GET /x HTTP/1.1|Host: replica.test|" + sent + "|"));
            String answer = session.readAnswer().head();

            assertThat(replica.requests())
                    .containsExactly(lines("GET /x HTTP/1.1|Host: replica.test|" + received + "|"));
            assertThat(withoutLength(answer)).as(what).isEqualTo(lines("HTTP/1.1 200 OK|" + received + "|"));
        }
    }

    @Test
    void hostAndLengthCannotBeNominatedAway() throws IOException {
        assertThat(received(
                        "POST / HTTP/1.1|Host: replica.test|Connection: host, content-length|Content-Length: 2||ab"))
                .isEqualTo(lines("POST / HTTP/1.1|Host: replica.test|Content-Length: 2||ab"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // RFC 9112, 3.2: all four forms of a target; an inspector changes none.
                "GET / HTTP/1.1|Host: replica.test||",
                "GET https://replica.test/x?y=%20z HTTP/1.1|Host: replica.test||",
                "OPTIONS * HTTP/1.1|Host: replica.test||",
                "PATCH /..//%2e%2e/;x HTTP/1.1|Host: replica.test|Content-Length: 0||",
                // RFC 9112, 7.1.1 and 7.1.2: extensions and trailers stay where they are.
                "POST / HTTP/1.1|Host: replica.test|Transfer-Encoding: chunked||5;a=b;c|hello|0|X-Trailer: t||",
                "POST / HTTP/1.1|Host: replica.test|Content-Length: 4||abcd",
            })
    void whatIsWellFormedPassesAsItIs(String request) throws IOException {
        assertThat(received(request)).isEqualTo(lines(request));
    }

    @Test
    void anAnswerInHttp10IsTaggedAsSuch() throws IOException {
        // RFC 9110, 7.6.3: received-protocol is the version of the message that was received.
        try (RecordingReplica replica = new RecordingReplica(lines("HTTP/1.0 200 OK|Content-Length: 2||ok"));
                Inspector box = Inspector.open(settings(replica).build());
                TlsClient primary = new TlsClient(box.address(), Pki.inspection()).connect("replica.test:443")) {
            TestClient session = primary.handshake("replica.test");
            session.send(lines("GET / HTTP/1.1|Host: replica.test||"));

            // RFC 9110, 2.5: the box answers in its own version.
            assertThat(session.readAnswer().head())
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("\r\nVia: 1.0 throughline-inspector\r\n", "\r\nConnection: close\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length", "transfer-encoding", "CONNECTION"})
    void fieldsThatSayWhereAMessageEndsCannotBeChanged(String name) throws IOException {
        try (RecordingReplica replica = RecordingReplica.ok()) {
            assertThatThrownBy(() -> settings(replica).addHeader(name, "1").build())
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> settings(replica).removeHeader(name).build())
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** The request as the replica read it, through a box that leaves no trace. */
    private static String received(String request) throws IOException {
        try (RecordingReplica replica = RecordingReplica.ok();
                Inspector box = Inspector.open(plain(settings(replica)).build());
                TlsClient primary = new TlsClient(box.address(), Pki.inspection()).connect("replica.test:443")) {
            TestClient session = primary.handshake("replica.test");
            session.send(lines(request));
            session.readAnswer();
            return replica.requests().get(0);
        }
    }

    private static InspectorSettings.Builder settings(RecordingReplica replica) {
        return InspectorSettings.builder(
                Routes.to("replica.test", replica.address()), Pki.LABORATORY.inspector(), Pki.laboratory());
    }

    private static String withoutLength(String head) {
        return head.replace("Content-Length: 2\r\n", "");
    }

    private static String lines(String text) {
        return text.replace("|", "\r\n");
    }
}
