package throughline.replica;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
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
import throughline.protocol.DiskName;
import throughline.protocol.Json;
import throughline.protocol.MediaTypes;
import throughline.protocol.Refusal;
import throughline.protocol.RefusalReason;
import throughline.protocol.replication.ChangeSetId;
import throughline.protocol.replication.DeclaredDisk;
import throughline.protocol.replication.MachineList;
import throughline.protocol.replication.MachineName;
import throughline.protocol.replication.MachineState;
import throughline.protocol.replication.Receipt;
import throughline.protocol.replication.ReplicationPaths.Content;
import throughline.protocol.replication.SliceReceipt;
import throughline.replica.store.MachineOwner;
import throughline.replica.store.PrimaryName;
import throughline.replica.store.ReplicaStore;

class ReplicationTest {
    private static final byte[] SLICE = Slices.of(4, "abcd".getBytes(US_ASCII));
    private static final String DIGEST = Slices.digest(SLICE);

    @TempDir
    Path store;

    private Lab lab;
    private HttpClient client;

    @BeforeEach
    void open() throws Exception {
        lab = new Lab(
                store,
                Admission.anyAcceptedCertificate(store)
                        .withLimits(AdmissionLimits.usual().withLargestDisk(1 << 30)),
                settings -> settings);
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
        byte[] slice = Slices.of(0, source, 1 << 20);
        client = lab.http(version);

        MachineState declared = declare("web-1", source.length, 1);
        assertThat(declared.nextSequence()).isEqualTo(1);
        assertThat(declared.disks()).containsExactly(new DeclaredDisk(new DiskName("c"), source.length));
        HttpResponse<byte[]> stored = Lab.send(client, lab.slice("web-1", 1, 1, 0, slice));
        HttpResponse<byte[]> committed = Lab.send(client, lab.commit("web-1", 1, 1, Slices.digest(slice)));

        assertThat(stored.version()).isEqualTo(version);
        SliceReceipt sliceReceipt = answer(stored, MediaTypes.SLICE_RECEIPT, SliceReceipt.class);
        assertThat(sliceReceipt.digest()).isEqualTo(Slices.digest(slice));
        assertThat(answer(committed, MediaTypes.RECEIPT, Receipt.class).bytes()).isEqualTo(source.length);
        assertThat(lab.content("web-1")).isEqualTo(source);
    }

    @Test
    void whatIsNotCommittedDoesNotShow() throws Exception {
        declare("m", 16, 1);
        answer(Lab.send(client, lab.slice("m", 1, 1, 0, SLICE)), MediaTypes.SLICE_RECEIPT, SliceReceipt.class);

        MachineState state =
                answer(Lab.send(client, lab.get("/v1/machines/m")), MediaTypes.MACHINE, MachineState.class);

        assertThat(lab.content("m")).isEqualTo(new byte[16]);
        assertThat(state.pending().slices()).isEqualTo(1);
        assertThat(state.last()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Content.class)
    void digestsAreOfWhatWasAskedFor(Content content) throws Exception {
        declare("m", 16, 1);
        Lab.send(client, lab.slice("m", 1, 1, 0, SLICE));

        HttpResponse<byte[]> digests = Lab.send(
                client,
                lab.get("/v1/machines/m/disks/c/digests/" + content.segment() + "/" + PlainDigest.KEY + "/0/7"));

        assertThat(digests.headers().firstValue("Content-Type")).contains(MediaTypes.DIGESTS);
        byte[] disk =
                (content == Content.PENDING ? "\0\0\0\0abcd\0\0\0\0\0\0\0\0" : "\0".repeat(16)).getBytes(US_ASCII);
        assertThat(digests.body()).isEqualTo(PlainDigest.of(disk));
    }

    @Test
    void machinesAreListed() throws Exception {
        declare("b", 16, 1);
        declare("a", 16, 1);

        MachineList list = answer(Lab.send(client, lab.get("/v1/machines")), MediaTypes.MACHINES, MachineList.class);

        assertThat(list.machines()).extracting(state -> state.machine().value()).containsExactly("a", "b");
        assertThat(list.more()).isFalse();
    }

    @Test
    void aListHasWhatFits() throws Exception {
        for (int i = 0; i < 300; i++) {
            declare("machine-with-a-name-of-some-length-" + i, 16, 1);
        }

        HttpResponse<byte[]> listed = Lab.send(client, lab.get("/v1/machines"));

        assertThat(listed.body().length).isBetween(32 << 10, 64 << 10);
        assertThat(answer(listed, MediaTypes.MACHINES, MachineList.class).more())
                .isTrue();
    }

    @Test
    void aRestartedReplicaGoesOnWhereItStopped() throws Exception {
        lab.close();
        lab = new Lab(store, settings -> settings.stores(ReplicaStore::onDisk));
        client = lab.http(HttpClient.Version.HTTP_2);
        declare("m", 16, 1);
        Lab.send(client, lab.slice("m", 1, 1, 0, SLICE));
        HttpResponse<byte[]> receipt = Lab.send(client, lab.commit("m", 1, 1, DIGEST));
        Lab before = lab;
        before.close();
        // The second lab has certificates of its own and the same folder.
        lab = new Lab(store, settings -> settings.stores(ReplicaStore::onDisk));
        client = lab.http(HttpClient.Version.HTTP_2);

        assertThat(declare("m", 16, 1).nextSequence()).isEqualTo(2);
        assertThat(Lab.send(client, lab.commit("m", 1, 1, DIGEST)).body()).isEqualTo(receipt.body());
        assertThat(lab.replica.bootId()).isNotEqualTo(before.replica.bootId());
    }

    static Stream<Arguments> refusals() {
        String machine = "/v1/machines/m";
        return Stream.of(
                refusal(
                        "other version",
                        "POST",
                        "/v2/announce",
                        MediaTypes.ANNOUNCEMENT,
                        "{}",
                        RefusalReason.UNKNOWN_PATH),
                refusal("root", "GET", "/", MediaTypes.MACHINE, "", RefusalReason.UNKNOWN_PATH),
                refusal(
                        "sequence 0",
                        "POST",
                        machine + "/change-sets/1/0",
                        MediaTypes.COMMIT,
                        "",
                        RefusalReason.UNKNOWN_PATH),
                refusal("other method", "GET", "/v1/announce", MediaTypes.ANNOUNCEMENT, "", RefusalReason.MALFORMED),
                refusal("no method of a machine", "DELETE", machine, MediaTypes.MACHINE, "", RefusalReason.MALFORMED),
                refusal("other content type", "PUT", machine, "application/json", "{}", RefusalReason.MALFORMED),
                refusal("not JSON", "POST", "/v1/announce", MediaTypes.ANNOUNCEMENT, "<html>", RefusalReason.MALFORMED),
                refusal("missing field", "PUT", machine, MediaTypes.MACHINE, "{\"epoch\":1}", RefusalReason.MALFORMED),
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
                refusal("too long", "PUT", machine, MediaTypes.MACHINE, " ".repeat(65537), RefusalReason.MALFORMED),
                refusal(
                        "too large",
                        "PUT",
                        machine,
                        MediaTypes.MACHINE,
                        "{\"epoch\":1,\"disks\":[{\"disk\":\"c\",\"size\":1073741825}]}",
                        RefusalReason.DISK_TOO_LARGE),
                refusal("not declared", "GET", machine, MediaTypes.MACHINE, "", RefusalReason.UNKNOWN_MACHINE),
                refusal(
                        "slice of nothing",
                        "POST",
                        machine + "/change-sets/1/1/slices/0",
                        MediaTypes.SLICE,
                        "",
                        RefusalReason.UNKNOWN_MACHINE),
                refusal(
                        "commit of nothing",
                        "POST",
                        machine + "/change-sets/1/1",
                        MediaTypes.COMMIT,
                        "{\"slices\":0,\"digest\":\"00\"}",
                        RefusalReason.UNKNOWN_MACHINE),
                refusal(
                        "digests of nothing",
                        "GET",
                        machine + "/disks/c/digests/committed/" + PlainDigest.KEY + "/0/1",
                        MediaTypes.DIGESTS,
                        "",
                        RefusalReason.UNKNOWN_MACHINE));
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
    void aPrimaryIsItsCertificatesName() throws Exception {
        Identity wildcard = lab.pki.client("*.Sites.test");
        Lab.send(
                Lab.http(Lab.context(wildcard, lab.pki.trust()), HttpClient.Version.HTTP_2, "TLSv1.3"),
                lab.declaration("m", 16, 1));

        assertThat(lab.replica.store(store).owner(new MachineName("m")))
                .contains(new MachineOwner(new PrimaryName("_.sites.test"), ""));
    }

    @Test
    void aPrimaryWhoseNameIsNoFolderMayAnnounceButNotReplicate() throws Exception {
        Identity strange =
                lab.pki.issuing().issue(LeafRequest.client("x").withDnsNames().withCommonName("../../etc"));
        client = Lab.http(Lab.context(strange, lab.pki.trust()), HttpClient.Version.HTTP_2, "TLSv1.3");

        assertThat(Lab.send(client, lab.announcement()).statusCode()).isEqualTo(200);
        assertRefused(Lab.send(client, lab.declaration("m", 16, 1)), RefusalReason.NOT_AUTHORISED);
    }

    /** The client goes on sending: 64 MiB behind a first block that lies outside the disk. */
    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void aRefusalReachesAClientThatIsStillSending(HttpClient.Version version) throws Exception {
        client = lab.http(version);
        declare("d", 16, 1);
        byte[] start = Arrays.copyOf(Slices.of(16, new byte[1]), 8 + 19 + 1);
        HttpRequest request = lab.slice("d", 1, 1, 0)
                .POST(HttpRequest.BodyPublishers.ofInputStream(
                        () -> new SequenceInputStream(new ByteArrayInputStream(start), new Zeros(64 << 20))))
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
                            "POST /v1/machines/d/change-sets/1/7/slices/0",
                            MediaTypes.SLICE,
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
                            "POST /v1/machines/d/change-sets/1/1/slices/0",
                            MediaTypes.SLICE,
                            SLICE.length + "\r\nExpect: 100-continue\r\nConnection: close"));
            String told = new String(socket.getInputStream().readNBytes(25), US_ASCII);
            assertThat(told).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            socket.getOutputStream().write(SLICE);
            assertThat(new String(Lab.readAll(socket), UTF_8)).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void aConnectionThatBreaksInASliceLeavesNothing() throws Exception {
        declare("d", 1 << 20, 1);
        byte[] half = Arrays.copyOf(Slices.of(0, new byte[1 << 20]), 1 << 19);
        try (SSLSocket socket = lab.socket(lab.context(), "TLSv1.3")) {
            socket.getOutputStream()
                    .write(head("POST /v1/machines/d/change-sets/1/1/slices/0", MediaTypes.SLICE, "1048576"));
            socket.getOutputStream().write(half);
        }
        takeExchange(ExchangeKind.DECLARE);

        assertThat(takeExchange(ExchangeKind.SLICE).end()).isEqualTo(ReceivedExchange.End.BROKEN_OFF);
        assertThat(declare("d", 1 << 20, 1).pending().slices()).isZero();
    }

    /** As Hyper-V Replica does: 500 GB are announced, the slice is sent, and the client waits. */
    @Test
    void aDeclaredLengthThatIsNeverSentIsAnsweredAtTheEndFrame() throws Exception {
        declare("d", 16, 1);
        try (SSLSocket socket = lab.socket(lab.context(), "TLSv1.3")) {
            socket.getOutputStream()
                    .write(head("POST /v1/machines/d/change-sets/1/1/slices/0", MediaTypes.SLICE, "500000000000"));
            socket.getOutputStream().write(SLICE);
            String head = readHead(socket);

            assertThat(head).startsWith("HTTP/1.1 200 ").containsIgnoringCase("\r\nConnection: close\r\n");
        }
        assertThat(declare("d", 16, 1).pending().slices()).isEqualTo(1);
    }

    @Test
    void aChunkedSliceLeavesTheConnectionInUse() throws Exception {
        declare("d", 16, 1);
        try (SSLSocket socket = lab.socket(lab.context(), "TLSv1.3")) {
            String head = new String(
                            head("POST /v1/machines/d/change-sets/1/1/slices/0", MediaTypes.SLICE, "0"), US_ASCII)
                    .replace("Content-Length: 0", "Transfer-Encoding: chunked");
            socket.getOutputStream().write((head + Integer.toHexString(SLICE.length) + "\r\n").getBytes(US_ASCII));
            socket.getOutputStream().write(SLICE);
            // The end of the chunks comes by itself, and must be waited for.
            socket.getOutputStream().write("\r\n".getBytes(US_ASCII));
            socket.getOutputStream().flush();
            socket.getOutputStream().write("0\r\n\r\n".getBytes(US_ASCII));

            assertThat(readHead(socket)).startsWith("HTTP/1.1 200 ").doesNotContainIgnoringCase("Connection: close");
        }
    }

    @Test
    void whatWasReceivedCanBeAskedFor() throws Exception {
        declare("d", 16, 1);
        Lab.send(client, lab.slice("d", 1, 1, 3, SLICE));

        takeExchange(ExchangeKind.DECLARE);
        assertThat(takeExchange(ExchangeKind.SLICE))
                .isEqualTo(new ReceivedExchange(
                        ExchangeKind.SLICE,
                        Optional.of(new MachineName("d")),
                        Optional.of(new ChangeSetId(new MachineName("d"), 1, 1)),
                        OptionalLong.of(3),
                        Optional.of(Lab.ATTEMPT),
                        SLICE.length,
                        ReceivedExchange.End.ANSWERED,
                        Optional.empty()));
        assertThat(lab.replica.takeExchange(Duration.ZERO)).isEmpty();
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
                        "PUT /v1/machines/d HTTP/1.1\r\nHost: x\r\nThroughline-Attempt: " + Lab.ATTEMPT
                                + "\r\nContent-Type: " + MediaTypes.MACHINE
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

    private MachineState declare(String machine, long size, long epoch) throws IOException {
        return answer(Lab.send(client, lab.declaration(machine, size, epoch)), MediaTypes.MACHINE, MachineState.class);
    }

    private static <T> T answer(HttpResponse<byte[]> response, String mediaType, Class<T> type) throws IOException {
        assertThat(response.statusCode()).as(new String(response.body(), UTF_8)).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains(mediaType);
        return Json.plain().decode(response.body(), type);
    }

    private ReceivedExchange takeExchange(ExchangeKind kind) {
        ReceivedExchange exchange =
                lab.replica.takeExchange(Duration.ofSeconds(60)).orElseThrow();
        assertThat(exchange.kind()).isEqualTo(kind);
        return exchange;
    }

    private static String readHead(SSLSocket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) socket.getInputStream().read());
        }
        return head.toString();
    }

    private static Refusal assertRefused(HttpResponse<byte[]> response, RefusalReason reason) throws IOException {
        assertThat(response.headers().firstValue("Content-Type")).contains(MediaTypes.PROBLEM);
        Refusal refusal = Json.plain().decode(response.body(), Refusal.class);
        assertThat(RefusalReason.ofType(refusal.type())).as("%s", refusal).isEqualTo(Optional.of(reason));
        assertThat(response.statusCode()).isEqualTo(reason.status()).isEqualTo(refusal.status());
        assertThat(response.headers().firstValue("Server")).isEmpty();
        return refusal;
    }

    private static byte[] head(String line, String mediaType, String length) {
        return (line + " HTTP/1.1\r\nHost: replica.test\r\nThroughline-Attempt: " + Lab.ATTEMPT + "\r\nContent-Type: "
                        + mediaType + "\r\nContent-Length: " + length + "\r\n\r\n")
                .getBytes(US_ASCII);
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
