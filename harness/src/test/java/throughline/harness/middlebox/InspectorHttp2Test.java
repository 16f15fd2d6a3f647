package throughline.harness.middlebox;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.identity.TlsContexts;

/** HTTP/2 (RFC 9113) on both sides, between the JDK's client and a replica that speaks frames by hand. */
@Timeout(60)
class InspectorHttp2Test {
    private static final int HEADERS = 1;
    private static final int END_STREAM = 1;

    @Test
    void bothSidesSpeakHttp2() throws Exception {
        try (TlsReplica replica = replica(parameters -> parameters);
                Inspector box = Inspector.open(
                        settings(replica).http(InspectorHttp.AS_CLIENT).build())) {
            HttpResponse<String> answer = ask(box, "hello");

            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("two");
            // The box offers the replica what it agreed on with the client, and nothing else.
            assertThat(replica.hellos().get(0).applicationProtocols()).containsExactly("h2");
            // Frames are passed and not decoded: the box leaves no trace.
            assertThat(answer.headers().firstValue("Via")).isEmpty();
        }
    }

    @Test
    void aClientWithoutHttp2GetsHttp11OnBothSides() throws Exception {
        try (TlsReplica replica = TlsReplica.answering(parameters -> {});
                Inspector box = Inspector.open(
                        settings(replica).http(InspectorHttp.AS_CLIENT).build());
                TlsClient client = new TlsClient(box.address(), Pki.inspection())
                        .applicationProtocols("http/1.1")
                        .connect("replica.test:443")) {
            TestClient session = client.handshake("replica.test");
            session.send("GET / HTTP/1.1\r\nHost: replica.test\r\n\r\n");

            assertThat(session.readAnswer().body()).isEqualTo("the replica's answer");
            assertThat(replica.hellos().get(0).applicationProtocols()).containsExactly("http/1.1");
        }
    }

    @Test
    void aReplicaWithoutHttp2Gives502InHttp2() throws Exception {
        try (TlsReplica replica = TlsReplica.answering(parameters -> {});
                Inspector box = Inspector.open(
                        settings(replica).http(InspectorHttp.AS_CLIENT).build())) {
            HttpResponse<String> answer = ask(box, "");

            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(answer.body()).contains("does not speak HTTP/2");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aDemandForACertificateIsAnsweredInHttp2(String version) throws Exception {
        try (TlsReplica replica = replica(parameters -> {
                    parameters.setNeedClientAuth(true);
                    parameters.setProtocols(new String[] {version});
                    return parameters;
                });
                Inspector box = Inspector.open(
                        settings(replica).http(InspectorHttp.AS_CLIENT).build())) {
            HttpResponse<String> answer = ask(box, "");

            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(answer.body()).contains("replica.test demands a client certificate");
        }
    }

    @Test
    void aBoxWithAnAcceptedCertificateShowsItInHttp2() throws Exception {
        try (TlsReplica replica = replica(parameters -> {
                    parameters.setNeedClientAuth(true);
                    return parameters;
                });
                Inspector box = Inspector.open(settings(replica)
                        .http(InspectorHttp.AS_CLIENT)
                        .presentOwn(Pki.PRIMARY)
                        .build())) {
            assertThat(ask(box, "").body()).isEqualTo("two");
            assertThat(replica.clientCertificates()).containsExactly(Optional.of(Pki.PRIMARY.leaf()));
        }
    }

    @Test
    void aClientThatLeavesWithoutARequestIsNotWaitedFor() throws Exception {
        try (TlsReplica replica = TlsReplica.answering(parameters -> {});
                Inspector box = Inspector.open(
                        settings(replica).http(InspectorHttp.AS_CLIENT).build())) {
            try (TlsClient client = new TlsClient(box.address(), Pki.inspection())
                    .applicationProtocols("h2")
                    .connect("replica.test:443")) {
                client.handshake("replica.test").close();
            }

            // Well below the ten seconds that a request may take.
            long start = System.nanoTime();
            Await.onlyPassage(box);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void whatCannotBeDoneToFramesIsRefused() throws Exception {
        try (TlsReplica replica = TlsReplica.answering(parameters -> {})) {
            for (InspectorSettings.Builder settings : List.of(
                    settings(replica).addHeader("X", "1"),
                    settings(replica).removeHeader("X"),
                    settings(replica).bufferBodies())) {
                assertThatThrownBy(() -> settings.http(InspectorHttp.AS_CLIENT).build())
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("HTTP/2");
            }
        }
    }

    private static HttpResponse<String> ask(Inspector box, String body) throws IOException, InterruptedException {
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .sslContext(TlsContexts.context(Pki.inspection().trustManager()))
                .proxy(ProxySelector.of(box.address()))
                .build();
        return client.send(
                HttpRequest.newBuilder(URI.create("https://replica.test:443/"))
                        .timeout(Duration.ofSeconds(20))
                        .method(
                                body.isEmpty() ? "GET" : "POST",
                                body.isEmpty()
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static InspectorSettings.Builder settings(TlsReplica replica) {
        return InspectorSettings.builder(
                Routes.to("replica.test", replica.address()), Pki.LABORATORY.inspector(), Pki.laboratory());
    }

    private static TlsReplica replica(UnaryOperator<SSLParameters> tuning) {
        return new TlsReplica(
                Pki.REPLICA,
                parameters -> tuning.apply(parameters).setApplicationProtocols(new String[] {"h2"}),
                InspectorHttp2Test::answer);
    }

    /** One request, whose stream is answered with 200 and "two" once it has ended. */
    private static void answer(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        OutputStream out = socket.getOutputStream();
        byte[] preface = in.readNBytes(24);
        assertThat(new String(preface, US_ASCII)).startsWith("PRI * HTTP/2.0");
        // RFC 9113, 4.1: length, type, flags, stream. An empty SETTINGS, then its acknowledgement.
        out.write(HexFormat.of().parseHex("000000" + "04" + "00" + "00000000"));
        out.write(HexFormat.of().parseHex("000000" + "04" + "01" + "00000000"));
        while (true) {
            int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            in.readNBytes(length);
            boolean request = type == HEADERS || type == 0;
            if (request && (flags & END_STREAM) != 0) {
                String id = "%08x".formatted(stream);
                // RFC 7541, appendix A: 88 is ":status: 200". Then DATA with END_STREAM.
                out.write(HexFormat.of().parseHex("000001" + "01" + "04" + id + "88"));
                out.write(HexFormat.of().parseHex("000003" + "00" + "01" + id + "74776f"));
            }
        }
    }
}
