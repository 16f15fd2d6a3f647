package throughline.replica;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.protocol.MediaTypes;
import throughline.protocol.RefusalReason;
import throughline.protocol.replication.MachineName;
import throughline.protocol.replication.MachineState;
import throughline.protocol.replication.PendingSlices;
import throughline.replica.store.ReplicaStore;

/** What nobody sends by mistake, over real connections: refused with a reason, and the replica is as it was. */
class HostileRequestsTest {
    private static final long SIZE = 1 << 20;
    private static final String SLICE_PATH = "/v1/machines/m/change-sets/1/1/slices/0";
    /** {@code head -c 4194304 /dev/zero | zstd --no-check}. */
    private static final String BOMB =
            "28b52ffd00585400001000000100fbff39c00202001000020010000200100002001000020010000200100002001000020010"
                    + "0002001000020010000200100002001000020010000200100002001000020010000200100002001000020010000200100002"
                    + "00100002001000020010000200100002001000020010000200100002001000020010000200100003001000";

    private static final byte[] MAGIC = hex("544c534c00000001");

    @TempDir
    static Path folder;

    private static Lab lab;
    private MachineState before;

    @BeforeAll
    static void open() throws Exception {
        Path store = Files.createDirectory(folder.resolve("store"));
        lab = new Lab(store, settings -> settings.stores(ReplicaStore::onDisk));
        exchange("PUT /v1/machines/m", MediaTypes.MACHINE, declaration("c", SIZE));
    }

    @BeforeEach
    void look() throws Exception {
        before = lab.replica.store(lab.store).state(new MachineName("m"));
    }

    @AfterAll
    static void close() {
        lab.close();
    }

    static Stream<String> names() {
        return Stream.of(
                "..",
                ".",
                "../../etc/passwd",
                "..%2f..%2fetc",
                "%2e%2e",
                "/etc/passwd",
                "C:\\windows",
                "a%00b",
                "a%62",
                "a;x=y",
                "a+b",
                ".hidden",
                "a".repeat(65),
                "\u00e4",
                "");
    }

    @ParameterizedTest
    @MethodSource("names")
    void aMachineWithSuchANameIsNotCreated(String name) throws Exception {
        String answer = exchange("PUT /v1/machines/" + name, MediaTypes.MACHINE, declaration("c", SIZE));

        assertThat(answer).startsWith("HTTP/1.1 4").contains(MediaTypes.PROBLEM);
        assertNothingChanged();
    }

    static Stream<Arguments> declarations() {
        return Stream.of(
                Arguments.of("no disk", "{\"epoch\":1,\"disks\":[]}"),
                Arguments.of("climbing disk", declaration("../c", SIZE)),
                Arguments.of("absolute disk", declaration("/etc/passwd", SIZE)),
                Arguments.of("a NUL in a disk", declaration("c\\u0000", SIZE)),
                Arguments.of("empty disk", declaration("c", 0)),
                Arguments.of("negative disk", declaration("c", -1)),
                Arguments.of("larger than VHDX", declaration("c", (64L << 40) + 1)),
                Arguments.of("larger than numbers", declaration("c", SIZE).replace("" + SIZE, "1" + "0".repeat(400))),
                Arguments.of("a fraction", declaration("c", SIZE).replace("" + SIZE, "1e999")),
                Arguments.of("epoch 0", declaration("c", SIZE).replace("\"epoch\":1", "\"epoch\":0")),
                Arguments.of("highest epoch", declaration("c", SIZE).replace(":1,", ":9223372036854775807,")),
                Arguments.of("no epoch", declaration("c", SIZE).replace("epoch", "other")),
                Arguments.of("null", "null"),
                Arguments.of("null disks", "{\"epoch\":1,\"disks\":null}"),
                Arguments.of("null disk", "{\"epoch\":1,\"disks\":[null]}"),
                Arguments.of("one name twice", disks(2).replace("d1", "d0")),
                Arguments.of("65 disks", disks(65)),
                Arguments.of("deep", "[".repeat(10_000)),
                Arguments.of("nothing", ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("declarations")
    void suchADeclarationCreatesNothing(String what, String declaration) throws Exception {
        String answer = exchange("PUT /v1/machines/other", MediaTypes.MACHINE, declaration);

        assertThat(answer).startsWith("HTTP/1.1 4").contains("urn:throughline:refusal:");
        assertNothingChanged();
    }

    static Stream<Arguments> slices() {
        byte[] data = {1, 2, 3};
        return Stream.of(
                slice("another format", hex("5445535400000001"), RefusalReason.MALFORMED),
                slice("another version", hex("544c534c00000002"), RefusalReason.MALFORMED),
                slice("an unknown frame", frames(hex("04")), RefusalReason.MALFORMED),
                slice("a frame 255", frames(hex("ff")), RefusalReason.MALFORMED),
                slice("beyond the disk", frames(data(0, SIZE, 3, data)), RefusalReason.OUTSIDE_DISK),
                slice("across the end", frames(data(0, SIZE - 2, 3, data)), RefusalReason.OUTSIDE_DISK),
                slice("zeros across the end", frames(zeros(0, 1, SIZE)), RefusalReason.OUTSIDE_DISK),
                slice("highest offset", frames(data(0, Long.MAX_VALUE, 3, data)), RefusalReason.MALFORMED),
                slice("negative offset", frames(data(0, -1, 3, data)), RefusalReason.MALFORMED),
                slice("length 0", frames(data(0, 0, 0, new byte[0])), RefusalReason.MALFORMED),
                slice("negative length", frames(data(0, 0, -1, data)), RefusalReason.MALFORMED),
                slice("overlong", frames(data(0, 0, (4 << 20) + 1, data)), RefusalReason.MALFORMED),
                slice("zeros of length 0", frames(zeros(0, 0, 0)), RefusalReason.MALFORMED),
                slice("zeros of all numbers", frames(zeros(0, 0, Long.MAX_VALUE)), RefusalReason.MALFORMED),
                slice("a disk that is not there", frames(data(1, 0, 3, data)), RefusalReason.UNKNOWN_DISK),
                slice("disk 65535", frames(zeros(65535, 0, 1)), RefusalReason.UNKNOWN_DISK),
                slice("a wrong checksum", frames(data(0, 0, 3, new byte[] {1, 2, 4})), RefusalReason.CHECKSUM_MISMATCH),
                slice("a wrong count", frames(end(7)), RefusalReason.MALFORMED),
                slice("a wrong digest", frames(end(0)), RefusalReason.CHECKSUM_MISMATCH),
                slice("no end", frames(data(0, 0, 3, data)), RefusalReason.TRUNCATED),
                slice("half a header", frames(hex("0100")), RefusalReason.TRUNCATED),
                slice("half the data", frames(data(0, 0, 3, new byte[] {1, 2})), RefusalReason.TRUNCATED),
                slice("nothing", new byte[0], RefusalReason.TRUNCATED),
                slice("a hundred thousand frames of a byte", manyFrames(), RefusalReason.MALFORMED));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("slices")
    void suchASliceIsRefusedAndLeavesNothing(String what, byte[] slice, RefusalReason reason) throws Exception {
        String answer = exchange("POST " + SLICE_PATH, MediaTypes.SLICE, slice);

        assertThat(answer).startsWith("HTTP/1.1 " + reason.status() + " ").contains(reason.type());
        assertNothingChanged();
    }

    /** 4 MiB of zeros, announced as the 4 bytes that nobody would mind; and bytes that are no zstd at all. */
    @ParameterizedTest
    @ValueSource(strings = {BOMB, "0011223344"})
    void aCompressedFrameHoldsWhatItAnnouncesOrIsRefused(String compressed) throws Exception {
        byte[] content = hex(compressed);
        ByteBuffer frame = ByteBuffer.allocate(23 + content.length)
                .put((byte) 3)
                .putShort((short) 0)
                .putLong(0)
                .putInt(4)
                .putInt(0)
                .putInt(content.length)
                .put(content);

        String answer = exchange("POST " + SLICE_PATH, MediaTypes.SLICE, frames(frame.array()));

        // Without the library it is malformed already.
        assertThat(answer).containsAnyOf(RefusalReason.CHECKSUM_MISMATCH.type(), RefusalReason.MALFORMED.type());
        assertNothingChanged();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/machines/m/change-sets/1/99999999999999999999/slices/0",
                "/v1/machines/m/change-sets/0/1/slices/0",
                "/v1/machines/m/change-sets/01/1/slices/0",
                "/v1/machines/m/change-sets/1/1/slices/-1",
                "/v1/machines/m/change-sets/1/1/slices/+1",
                "/v1/machines/m/change-sets/1/1/slices/0x0",
                "/v1/machines/m/change-sets/1/1/slices/",
                "/v1/machines/m/change-sets/1/1/slices/0/",
                "/v1/machines/m/change-sets/\u0661/1/slices/0"
            })
    void aNumberThatIsNoneIsAnUnknownPath(String path) throws Exception {
        assertThat(exchange("POST " + path, MediaTypes.SLICE, Slices.of(0, new byte[1])))
                .startsWith("HTTP/1.1 4");
        assertNothingChanged();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "committed/#/16/1",
                "committed/#/999999999999999999/65536",
                "committed/#/0/65537",
                "committed/#/0/0",
                "committed/#/-1/1",
                "other/#/0/1",
                "../#/0/1",
                "committed/0/1",
                "committed/#0/0/1",
                "committed/../0/1"
            })
    void digestsOfWhatIsNotThereAreRefused(String range) throws Exception {
        String answer = exchange(
                "GET /v1/machines/m/disks/c/digests/" + range.replace("#", PlainDigest.KEY),
                MediaTypes.SLICE,
                new byte[0]);

        assertThat(answer).startsWith("HTTP/1.1 4").contains(MediaTypes.PROBLEM);
    }

    static Stream<Arguments> commits() {
        return Stream.of(
                Arguments.of("{\"slices\":999999999999999999,\"digest\":\"" + "0".repeat(64) + "\"}"),
                Arguments.of("{\"slices\":-1,\"digest\":\"" + "0".repeat(64) + "\"}"),
                Arguments.of("{\"slices\":0,\"digest\":\"\"}"),
                Arguments.of("{\"slices\":0,\"digest\":\"../../x\"}"),
                Arguments.of("{\"slices\":0,\"digest\":\"" + "f".repeat(60_000) + "\"}"),
                Arguments.of("{\"slices\":0}"));
    }

    @ParameterizedTest
    @MethodSource("commits")
    void suchACommitAppliesNothing(String commit) throws Exception {
        assertThat(exchange("POST /v1/machines/m/change-sets/1/1", MediaTypes.COMMIT, commit))
                .startsWith("HTTP/1.1 4")
                .contains("urn:throughline:refusal:");
        assertNothingChanged();
    }

    /** A replica of its own: to all others no busy machine is to look silent. */
    private static Lab impatient() throws IOException {
        return new Lab(folder.resolve("store"), settings -> settings.silence(Duration.ofSeconds(1)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 20, 1000})
    void halfAFrameAndThenSilenceIsGivenUp(int bytes) throws Exception {
        byte[] sent = Arrays.copyOf(Slices.of(0, new byte[5000]), bytes);
        MachineName machine = new MachineName("m");
        try (Lab impatient = impatient()) {
            byte[] declaration = declaration("c", SIZE).getBytes(UTF_8);
            try (SSLSocket declaring = impatient.socket(impatient.context(), "TLSv1.3")) {
                declaring.getOutputStream().write(head("PUT /v1/machines/m", MediaTypes.MACHINE, declaration.length));
                declaring.getOutputStream().write(declaration);
                assertThat(answer(declaring)).startsWith("HTTP/1.1 200 ");
            }
            try (SSLSocket socket = impatient.socket(impatient.context(), "TLSv1.3")) {
                socket.getOutputStream().write(head("POST " + SLICE_PATH, MediaTypes.SLICE, 6000));
                socket.getOutputStream().write(sent);

                assertThat(answer(socket))
                        .startsWith("HTTP/1.1 400 ")
                        .contains(RefusalReason.TRUNCATED.type())
                        .contains("nothing of the request's body came for 1000 ms, which is the limit");
            }
            assertThat(impatient.replica.store(impatient.store).state(machine).pending())
                    .isEqualTo(PendingSlices.none());
        }
    }

    @Test
    void anOverlongChunkIsRefused() throws Exception {
        String head = "POST " + SLICE_PATH + " HTTP/1.1\r\nHost: x\r\nThroughline-Attempt: " + Lab.ATTEMPT
                + "\r\nContent-Type: " + MediaTypes.SLICE + "\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "fffffffffffffffff\r\n";
        try (SSLSocket socket = lab.socket(lab.context(), "TLSv1.3")) {
            socket.getOutputStream().write(head.getBytes(US_ASCII));

            assertThat(answer(socket)).startsWith("HTTP/1.1 400 ");
        }
        assertNothingChanged();
    }

    /** The silence that is allowed never comes. */
    @Test
    void aMessageThatComesByteByByteIsGivenUp() throws Exception {
        ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor();
        try (Lab impatient = impatient();
                SSLSocket socket = impatient.socket(impatient.context(), "TLSv1.3")) {
            socket.getOutputStream().write(head("POST /v1/announce", MediaTypes.ANNOUNCEMENT, 60_000));
            ScheduledFuture<?> sending = sender.scheduleAtFixedRate(() -> send(socket, ' '), 0, 10, MILLISECONDS);

            assertThat(new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).readLine())
                    .startsWith("HTTP/1.1 400 ");
            sending.cancel(false);
        } finally {
            sender.shutdownNow();
        }
    }

    /** More than there are threads. */
    @Test
    void messagesThatDoNotComeHoldNobodyUp() throws Exception {
        List<SSLSocket> waiting = new ArrayList<>();
        try (Lab patient = new Lab(folder, settings -> settings.silence(Duration.ofMinutes(5)))) {
            SSLContext context = patient.context();
            for (int i = 0; i < 36; i++) {
                SSLSocket socket = patient.socket(context, "TLSv1.3");
                waiting.add(socket);
                socket.getOutputStream().write(head("POST /v1/announce", MediaTypes.ANNOUNCEMENT, 100));
                send(socket, '{');
            }
            Await.until(() -> patient.replica.connections().stream()
                            .filter(connection -> connection.requests() == 1)
                            .count()
                    == 36);

            HttpClient client = patient.http(HttpClient.Version.HTTP_1_1);
            assertThat(Lab.send(client, patient.announcement()).statusCode()).isEqualTo(200);
        } finally {
            for (SSLSocket socket : waiting) {
                socket.close();
            }
        }
    }

    private static void send(SSLSocket socket, int content) {
        try {
            socket.getOutputStream().write(content);
        } catch (IOException refusedMeanwhile) {
            // The answer says why.
        }
    }

    private void assertNothingChanged() throws Exception {
        assertThat(lab.replica.store(lab.store).state(new MachineName("m"))).isEqualTo(before);
        assertThat(lab.replica.store(lab.store).machines()).containsExactly(new MachineName("m"));
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).as("nothing beside the store").containsExactly(lab.store);
        }
    }

    private static String exchange(String line, String mediaType, String body) throws IOException {
        return exchange(line, mediaType, body.getBytes(UTF_8));
    }

    private static String exchange(String line, String mediaType, byte[] body) throws IOException {
        try (SSLSocket socket = lab.socket(lab.context(), "TLSv1.3")) {
            socket.getOutputStream().write(head(line, mediaType, body.length));
            try {
                socket.getOutputStream().write(body);
            } catch (IOException refusedMeanwhile) {
                // The answer says why.
            }
            return answer(socket);
        }
    }

    private static byte[] head(String line, String mediaType, int length) {
        return (line + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nThroughline-Attempt: " + Lab.ATTEMPT
                        + "\r\nContent-Type: " + mediaType + "\r\nContent-Length: " + length + "\r\n\r\n")
                .getBytes(UTF_8);
    }

    private static String answer(SSLSocket socket) {
        return new String(Lab.readAll(socket), UTF_8);
    }

    private static String declaration(String disk, long size) {
        return "{\"epoch\":1,\"disks\":[{\"disk\":\"" + disk + "\",\"size\":" + size + "}]}";
    }

    private static String disks(int count) {
        StringBuilder disks = new StringBuilder("{\"epoch\":1,\"disks\":[");
        for (int i = 0; i < count; i++) {
            disks.append(i == 0 ? "" : ",").append("{\"disk\":\"d" + i + "\",\"size\":16}");
        }
        return disks + "]}";
    }

    private static Arguments slice(String what, byte[] slice, RefusalReason reason) {
        return Arguments.of(what, slice, reason);
    }

    private static byte[] frames(byte[]... frames) {
        ByteArrayOutputStream slice = new ByteArrayOutputStream();
        slice.writeBytes(MAGIC);
        List.of(frames).forEach(slice::writeBytes);
        return slice.toByteArray();
    }

    /** With the checksum of 1, 2, 3. */
    private static byte[] data(int disk, long offset, int length, byte[] data) {
        CRC32C checksum = new CRC32C();
        checksum.update(new byte[] {1, 2, 3});
        return ByteBuffer.allocate(19 + data.length)
                .put((byte) 1)
                .putShort((short) disk)
                .putLong(offset)
                .putInt(length)
                .putInt((int) checksum.getValue())
                .put(data)
                .array();
    }

    private static byte[] zeros(int disk, long offset, long length) {
        return ByteBuffer.allocate(19)
                .put((byte) 2)
                .putShort((short) disk)
                .putLong(offset)
                .putLong(length)
                .array();
    }

    private static byte[] end(long count) {
        return ByteBuffer.allocate(41).put((byte) 0).putLong(count).array();
    }

    private static byte[] manyFrames() {
        byte[] frame = zeros(0, 0, 1);
        byte[] all = new byte[frame.length * 100_000];
        for (int i = 0; i < 100_000; i++) {
            System.arraycopy(frame, 0, all, i * frame.length, frame.length);
        }
        return frames(all);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
