package throughline.replica;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.certs.LeafRequest;
import throughline.identity.Identity;
import throughline.protocol.ChangeSetWriter;
import throughline.protocol.DiskName;
import throughline.protocol.DiskState;
import throughline.protocol.Json;
import throughline.protocol.MediaTypes;
import throughline.protocol.Receipt;
import throughline.protocol.Refusal;
import throughline.protocol.RefusalReason;
import throughline.replica.store.ChangeSets;

class ReplicationTest {
    private static final byte[] CHANGES = ChangeSets.of(4, "abcd".getBytes(US_ASCII));

    @TempDir
    Path store;

    private Lab lab;
    private HttpClient client;

    @BeforeEach
    void open() throws Exception {
        lab = new Lab(store, settings -> settings.largestDisk(1 << 30));
        client = lab.http(HttpClient.Version.HTTP_2);
    }

    @AfterEach
    void close() {
        lab.close();
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void aReceivedDiskEqualsItsSource(HttpClient.Version version) throws Exception {
        byte[] source = new byte[(20 << 20) + 7];
        new Random(1).nextBytes(source);
        byte[] changes = changes(source);
        client = lab.http(version);

        assertThat(declare("c-drive", source.length, 1))
                .isEqualTo(new DiskState(new DiskName("c-drive"), source.length, 1, 1));
        HttpResponse<byte[]> response = Lab.send(client, lab.changes("c-drive", 1, 1, changes));

        assertThat(response.statusCode()).as(new String(response.body(), UTF_8)).isEqualTo(200);
        assertThat(response.version()).isEqualTo(version);
        assertThat(response.headers().firstValue("Content-Type")).contains(MediaTypes.RECEIPT);
        Receipt receipt = Json.plain().decode(response.body(), Receipt.class);
        assertThat(receipt.bytes()).isEqualTo(source.length);
        assertThat(Files.readAllBytes(store.resolve("primary.test/c-drive/image")))
                .isEqualTo(source);
    }

    @Test
    void aRestartedReplicaGoesOnWhereItStopped() throws Exception {
        declare("d", 16, 1);
        HttpResponse<byte[]> receipt = Lab.send(client, lab.changes("d", 1, 1, CHANGES));
        Lab before = lab;
        before.close();
        open();
        // The second lab has certificates of its own and the same folder.
        assertThat(declare("d", 16, 1).nextSequence()).isEqualTo(2);

        assertThat(Lab.send(client, lab.changes("d", 1, 1, CHANGES)).body()).isEqualTo(receipt.body());
        assertThat(lab.replica.bootId()).isNotEqualTo(before.replica.bootId());
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                refusal(
                        "other version",
                        "POST",
                        "/v2/announce",
                        MediaTypes.ANNOUNCEMENT,
                        "{}",
                        RefusalReason.UNKNOWN_PATH),
                refusal("root", "GET", "/", MediaTypes.DISK, "", RefusalReason.UNKNOWN_PATH),
                refusal(
                        "disk name with an escape",
                        "PUT",
                        "/v1/disks/a%62",
                        MediaTypes.DISK,
                        "{}",
                        RefusalReason.UNKNOWN_PATH),
                refusal(
                        "sequence 0",
                        "POST",
                        "/v1/disks/d/change-sets/1/0",
                        MediaTypes.CHANGE_SET,
                        "",
                        RefusalReason.UNKNOWN_PATH),
                refusal("other method", "GET", "/v1/announce", MediaTypes.ANNOUNCEMENT, "", RefusalReason.MALFORMED),
                refusal("other content type", "PUT", "/v1/disks/d", "application/json", "{}", RefusalReason.MALFORMED),
                refusal("not JSON", "POST", "/v1/announce", MediaTypes.ANNOUNCEMENT, "<html>", RefusalReason.MALFORMED),
                refusal(
                        "missing field",
                        "PUT",
                        "/v1/disks/d",
                        MediaTypes.DISK,
                        "{\"size\":1}",
                        RefusalReason.MALFORMED),
                refusal(
                        "short nonce",
                        "POST",
                        "/v1/announce",
                        MediaTypes.ANNOUNCEMENT,
                        "{\"nonce\":\"00\",\"software\":\"x\"}",
                        RefusalReason.MALFORMED),
                refusal(
                        "long software",
                        "POST",
                        "/v1/announce",
                        MediaTypes.ANNOUNCEMENT,
                        "{\"nonce\":\"" + Lab.NONCE + "\",\"software\":\"" + "x".repeat(81) + "\"}",
                        RefusalReason.MALFORMED),
                refusal("too long", "PUT", "/v1/disks/d", MediaTypes.DISK, " ".repeat(65537), RefusalReason.MALFORMED),
                refusal(
                        "too large",
                        "PUT",
                        "/v1/disks/d",
                        MediaTypes.DISK,
                        "{\"size\":1073741825,\"epoch\":1}",
                        RefusalReason.DISK_TOO_LARGE),
                refusal(
                        "not declared",
                        "POST",
                        "/v1/disks/d/change-sets/1/1",
                        MediaTypes.CHANGE_SET,
                        "",
                        RefusalReason.UNKNOWN_DISK));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void aRefusalIsAProblem(
            String what, String method, String path, String mediaType, String body, RefusalReason reason)
            throws Exception {
        HttpRequest request = lab.request(path, mediaType)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();

        assertRefused(Lab.send(client, request), reason);
        assertRefused(Lab.send(lab.http(HttpClient.Version.HTTP_1_1), request), reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "attempt", "3f2504e0-4f89-41d3-9a0c-0305e82c330"})
    void everyRequestNamesItsAttempt(String attempt) throws Exception {
        HttpRequest request = lab.request("/v1/announce", MediaTypes.ANNOUNCEMENT)
                .setHeader("Throughline-Attempt", attempt)
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();

        assertRefused(Lab.send(client, request), RefusalReason.MALFORMED);
        assertThat(lab.replica.connections().get(0).requests()).isEqualTo(1);
        assertThat(lab.replica.connections().get(0).attempts()).isEmpty();
    }

    @Test
    void aStoreThatFailsIsToldWithThePath() throws Exception {
        Files.writeString(store.resolve("primary.test"), "a file where a folder has to be");

        Refusal refusal = assertRefused(Lab.send(client, lab.declaration("d", 16, 1)), RefusalReason.STORAGE_FAILED);

        assertThat(refusal.detail()).contains("primary.test");
    }

    @Test
    void aPrimaryIsItsCertificatesName() throws Exception {
        Identity wildcard = lab.pki.client("*.Sites.test");
        Lab.send(
                Lab.http(Lab.context(wildcard, lab.pki.trust()), HttpClient.Version.HTTP_2, "TLSv1.3"),
                lab.declaration("d", 16, 1));

        assertThat(store.resolve("_.sites.test/d/image")).exists();
    }

    @Test
    void aPrimaryWhoseNameIsNoFolderMayAnnounceButNotReplicate() throws Exception {
        Identity strange =
                lab.pki.issuing().issue(LeafRequest.client("x").withDnsNames().withCommonName("../../etc"));
        client = Lab.http(Lab.context(strange, lab.pki.trust()), HttpClient.Version.HTTP_2, "TLSv1.3");

        assertThat(Lab.send(client, lab.announcement()).statusCode()).isEqualTo(200);
        assertRefused(Lab.send(client, lab.declaration("d", 16, 1)), RefusalReason.NOT_AUTHORISED);
    }

    /** The client goes on sending: 64 MiB behind a first block that lies outside the disk. */
    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void aRefusalReachesAClientThatIsStillSending(HttpClient.Version version) throws Exception {
        client = lab.http(version);
        declare("d", 16, 1);
        byte[] start = Arrays.copyOf(ChangeSets.of(16, new byte[1]), 8 + 17 + 1);
        HttpRequest request = lab.changes("d", 1, 1)
                .POST(HttpRequest.BodyPublishers.ofInputStream(
                        () -> new java.io.SequenceInputStream(new ByteArrayInputStream(start), new Zeros(64 << 20))))
                .build();

        assertRefused(Lab.send(client, request), RefusalReason.OUTSIDE_DISK);
    }

    @Test
    void aClientThatAsksFirstIsRefusedBeforeItSends() throws Exception {
        declare("d", 16, 1);
        String answer;
        try (SSLSocket socket = lab.socket(lab.context(), "TLSv1.3")) {
            socket.getOutputStream()
                    .write(head(
                            "POST /v1/disks/d/change-sets/1/7",
                            MediaTypes.CHANGE_SET,
                            (1 << 20) + "\r\nExpect: 100-continue"));
            answer = new String(Lab.readAll(socket), UTF_8);
        }

        assertThat(answer).startsWith("HTTP/1.1 409 ").contains(RefusalReason.OUT_OF_ORDER.type());
    }

    @Test
    void aClientThatAsksFirstIsToldToGoOn() throws Exception {
        declare("d", 16, 1);
        try (SSLSocket socket = lab.socket(lab.context(), "TLSv1.3")) {
            socket.getOutputStream()
                    .write(head(
                            "POST /v1/disks/d/change-sets/1/1",
                            MediaTypes.CHANGE_SET,
                            CHANGES.length + "\r\nExpect: 100-continue\r\nConnection: close"));
            String told = new String(socket.getInputStream().readNBytes(25), US_ASCII);
            assertThat(told).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            socket.getOutputStream().write(CHANGES);
            assertThat(new String(Lab.readAll(socket), UTF_8)).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void aConnectionThatBreaksInAChangeSetLeavesNothing() throws Exception {
        declare("d", 1 << 20, 1);
        byte[] half = Arrays.copyOf(ChangeSets.of(0, new byte[1 << 20]), 1 << 19);
        try (SSLSocket socket = lab.socket(lab.context(), "TLSv1.3")) {
            socket.getOutputStream().write(head("POST /v1/disks/d/change-sets/1/1", MediaTypes.CHANGE_SET, "1048576"));
            socket.getOutputStream().write(half);
        }
        Path incoming = store.resolve("primary.test/d");
        Await.until(() -> {
            try (Stream<Path> files = Files.list(incoming)) {
                return files.count() == 2 && lab.replica.connections().get(1).requests() == 1;
            }
        });

        assertThat(declare("d", 1 << 20, 1).nextSequence()).isEqualTo(1);
    }

    private static byte[] head(String line, String mediaType, String length) {
        return (line + " HTTP/1.1\r\nHost: replica.test\r\nThroughline-Attempt: " + Lab.ATTEMPT + "\r\nContent-Type: "
                        + mediaType + "\r\nContent-Length: " + length + "\r\n\r\n")
                .getBytes(US_ASCII);
    }

    static List<Arguments> rawRequests() {
        return List.of(
                Arguments.of("not HTTP", "HELO there\r\n\r\n", 505, "about:blank"),
                Arguments.of(
                        "a NUL in a header",
                        "GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n",
                        400,
                        RefusalReason.MALFORMED.type()),
                Arguments.of(
                        "headers too large",
                        "GET / HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(9000) + "\r\n\r\n",
                        431,
                        "about:blank"),
                Arguments.of(
                        "a path that climbs",
                        "GET /v1/../../x HTTP/1.1\r\nHost: x\r\n\r\n",
                        400,
                        RefusalReason.MALFORMED.type()),
                Arguments.of(
                        "a bad chunk",
                        "PUT /v1/disks/d HTTP/1.1\r\nHost: x\r\nThroughline-Attempt: " + Lab.ATTEMPT
                                + "\r\nContent-Type: " + MediaTypes.DISK
                                + "\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
                        400,
                        RefusalReason.MALFORMED.type()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rawRequests")
    void whatTheHttpServerRefusesIsAProblemToo(String what, String request, int status, String type) throws Exception {
        String answer;
        try (SSLSocket socket = lab.socket(lab.context(), "TLSv1.3")) {
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            answer = new String(Lab.readAll(socket), UTF_8);
        }

        assertThat(answer)
                .startsWith("HTTP/1.1 " + status + " ")
                .containsIgnoringCase("\r\nContent-Type: application/problem+json\r\n")
                .contains("{\"type\":\"" + type + "\"")
                .doesNotContainIgnoringCase("jetty")
                .doesNotContain("Server:", "\tat ", "Exception");
    }

    private DiskState declare(String disk, long size, long epoch) throws IOException {
        HttpResponse<byte[]> response = Lab.send(client, lab.declaration(disk, size, epoch));
        assertThat(response.statusCode()).as(new String(response.body(), UTF_8)).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains(MediaTypes.DISK);
        return Json.plain().decode(response.body(), DiskState.class);
    }

    private static Refusal assertRefused(HttpResponse<byte[]> response, RefusalReason reason) throws IOException {
        assertThat(response.headers().firstValue("Content-Type")).contains(MediaTypes.PROBLEM);
        Refusal refusal = Json.plain().decode(response.body(), Refusal.class);
        assertThat(RefusalReason.ofType(refusal.type())).as("%s", refusal).isEqualTo(Optional.of(reason));
        assertThat(response.statusCode()).isEqualTo(reason.status()).isEqualTo(refusal.status());
        assertThat(response.headers().firstValue("Server")).isEmpty();
        return refusal;
    }

    private static byte[] changes(byte[] source) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ChangeSetWriter writer = new ChangeSetWriter(out);
        for (int offset = 0; offset < source.length; offset += 1 << 20) {
            writer.block(offset, source, offset, Math.min(1 << 20, source.length - offset));
        }
        writer.end();
        return out.toByteArray();
    }

    private static Arguments refusal(
            String what, String method, String path, String mediaType, String body, RefusalReason reason) {
        return Arguments.of(what, method, path, mediaType, body, reason);
    }

    /** So many zero bytes. */
    private static final class Zeros extends InputStream {
        private long left;

        Zeros(long count) {
            left = count;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] target, int start, int length) {
            int count = (int) Math.min(length, left);
            left -= count;
            return count == 0 ? -1 : count;
        }
    }
}
