package throughline.primary;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.primary.FakeServer.Conversation;
import throughline.primary.evidence.ExchangeEvidence.Answered;
import throughline.primary.evidence.ExchangeEvidence.Exchange;
import throughline.primary.evidence.ExchangeEvidence.ExchangeFailed;
import throughline.protocol.DiskName;
import throughline.protocol.Endpoints;
import throughline.protocol.Json;
import throughline.protocol.MediaTypes;
import throughline.protocol.Refusal;
import throughline.protocol.RefusalReason;
import throughline.protocol.replication.DeclaredDisk;
import throughline.protocol.replication.MachineName;
import throughline.protocol.replication.MachineState;
import throughline.protocol.replication.PendingSlices;
import throughline.protocol.replication.Receipt;
import throughline.protocol.replication.SliceChain;
import throughline.replica.Replica;

/** The announcement opens every connection, and what answers it shows who is there. */
class AnnouncementTest {
    private static final Lab LAB = new Lab();
    private static final DiskName DISK = Lab.disk("disk");
    private static final Receipt RECEIPT = new Receipt(new MachineName("disk"), 8, 1, SliceChain.EMPTY, 0, 0, 0);

    private final FakeReplica replica = new FakeReplica(LAB.server, LAB.pki.trust(), true);

    /** An answer to the announcement, and the rule for it. */
    record Answer(String name, String rule, Conversation conversation) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Answer answer(String name, String rule, String status, String headers, byte[] content) {
        return new Answer(name, rule, wire -> {
            FakeReplica.Request.read(wire);
            wire.send("HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + content.length + "\r\n\r\n");
            wire.send(content);
            wire.silence();
        });
    }

    private static Answer answer(String name, String rule, String status, String headers, String content) {
        return answer(name, rule, status, headers, content.getBytes(ISO_8859_1));
    }

    private static final String HTML = "Content-Type: text/html\r\n";
    private static final String VIEW = "Content-Type: " + MediaTypes.VIEW + "\r\n";
    private static final String PROBLEM = "Content-Type: application/problem+json\r\n";
    private static final String MIDDLEBOX = "exchange.answered-by-middlebox";

    static Stream<Answer> foreignAnswers() {
        String page = "<html><body>Please log in</body></html>";
        return Stream.of(
                answer("200 with a page", MIDDLEBOX, "200 OK", HTML, page),
                answer("200 without a type", MIDDLEBOX, "200 OK", "", page),
                answer("200 with JSON of somebody", MIDDLEBOX, "200 OK", "Content-Type: application/json\r\n", "{}"),
                answer("204", MIDDLEBOX, "204 No Content", "", ""),
                answer("302", MIDDLEBOX, "302 Found", "Location: https://login.example/\r\n", ""),
                answer("307 to ourselves", MIDDLEBOX, "307 Again", "Location: /v1/announce\r\n", ""),
                answer("401", MIDDLEBOX, "401 Who", "WWW-Authenticate: Basic realm=\"x\"\r\n" + HTML, page),
                answer("403", MIDDLEBOX, "403 Forbidden", HTML, page),
                answer("404", MIDDLEBOX, "404 Not Found", HTML, page),
                answer("407 inside", MIDDLEBOX, "407 Who", "Proxy-Authenticate: Basic\r\n", page),
                answer("502", MIDDLEBOX, "502 Bad Gateway", HTML, page),
                answer(
                        "a problem of somebody",
                        MIDDLEBOX,
                        "403 No",
                        PROBLEM,
                        "{\"type\":\"about:blank\",\"status\":403}"),
                answer("a problem that is none", MIDDLEBOX, "403 No", PROBLEM, "no JSON"),
                answer(
                        "a type that looks like ours",
                        MIDDLEBOX,
                        "200 OK",
                        "Content-Type: x/vnd.throughline.view\r\n",
                        "{}"),
                answer("a type that is none", MIDDLEBOX, "200 OK", "Content-Type: ;;;\r\n", "{}"),
                answer("10 000 headers", MIDDLEBOX, "200 OK", "X-Box: 1\r\n".repeat(10_000), page),
                answer("a page of 300 KiB", MIDDLEBOX, "200 OK", HTML, page + "x".repeat(300 << 10)),
                answer("a page that unfolds", MIDDLEBOX, "200 OK", HTML + "Content-Encoding: gzip\r\n", bomb()),
                answer("a page that does not unfold", MIDDLEBOX, "200 OK", HTML + "Content-Encoding: gzip\r\n", page),
                new Answer("a page that breaks off", MIDDLEBOX, wire -> {
                    FakeReplica.Request.read(wire);
                    wire.send("HTTP/1.1 200 OK\r\n" + HTML + "Content-Length: 1000\r\n\r\n" + page);
                }),
                new Answer("an endless page", MIDDLEBOX, wire -> {
                    FakeReplica.Request.read(wire);
                    wire.send("HTTP/1.1 200 OK\r\n" + HTML + "\r\n");
                    wire.sendEndlessly(page);
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("foreignAnswers")
    void whatNoReplicaWritesIsAMiddleboxes(Answer answer) throws IOException {
        try (FakeServer server = new FakeServer(replica.speaking(answer.conversation()))) {
            ReplicationFailed failed = Lab.fails(LAB.settings(server.port()));

            assertThat(Lab.rule(failed)).isEqualTo(answer.rule());
            assertThat(Lab.all(failed, Answered.class)).singleElement().satisfies(piece -> {
                assertThat(piece.fromReplica()).isFalse();
                assertThat(piece.body()).hasSizeLessThanOrEqualTo(4097);
            });
            assertThat(CaseFormat.write(failed.caseFile())).hasSizeLessThan(40 << 10);
        }
    }

    static Stream<Answer> brokenAnswers() {
        String none = "unexplained";
        return Stream.of(
                answer("JSON of 300 KiB", none, "200 OK", VIEW, "{\"view\":\"" + "x".repeat(300 << 10) + "\"}"),
                answer("nothing", none, "200 OK", VIEW, ""),
                answer("no JSON", none, "200 OK", VIEW, "<html>"),
                answer("null", none, "200 OK", VIEW, "null"),
                answer("an array", none, "200 OK", VIEW, "[]"),
                answer("deep JSON", none, "200 OK", VIEW, "[".repeat(10_000)),
                answer("fields that are missing", none, "200 OK", VIEW, "{\"view\":\"\"}"),
                answer(
                        "a view that is no Base64",
                        none,
                        "200 OK",
                        VIEW,
                        "{\"view\":\"!\",\"certificates\":[],\"algorithm\":\"\",\"signature\":\"\"}"),
                answer("another of our messages", none, "200 OK", "Content-Type: " + MediaTypes.MACHINE + "\r\n", "{}"),
                answer("a failure without a reason", none, "500 No", VIEW, "{}"),
                new Answer("no HTTP", none, wire -> {
                    FakeReplica.Request.read(wire);
                    wire.send("SSH-2.0-x\r\n");
                    wire.silence();
                }));
    }

    /** No rule names these, but what went wrong is among the evidence. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenAnswers")
    void aBrokenAnswerIsNeverBlamedOnSomethingElse(Answer answer) throws IOException {
        try (FakeServer server = new FakeServer(replica.speaking(answer.conversation()))) {
            ReplicationFailed failed = Lab.fails(LAB.settings(server.port()));

            assertThat(Lab.rule(failed)).isEqualTo(answer.rule());
            assertThat(Lab.all(failed, ExchangeFailed.class))
                    .singleElement()
                    .satisfies(piece -> assertThat(piece.exchange()).isEqualTo(Exchange.ANNOUNCE));
        }
    }

    static Stream<RefusalReason> reasons() {
        return Stream.of(RefusalReason.values());
    }

    @ParameterizedTest
    @MethodSource("reasons")
    void aRefusalIsTheReplicasOwnWord(RefusalReason reason) throws IOException {
        byte[] refusal = Json.plain().encode(Refusal.of(reason, "because of \u001b[31mthis"));
        String rule = reason == RefusalReason.CERTIFICATE_REFUSED ? "mtls.certificate-rejected" : "exchange.refused";
        Answer answer = answer(reason.code(), rule, reason.status() + " No", PROBLEM, refusal);
        try (FakeServer server = new FakeServer(replica.speaking(answer.conversation()))) {
            ReplicationFailed failed = Lab.fails(LAB.settings(server.port()));

            assertThat(Lab.rule(failed)).isEqualTo(rule);
            assertThat(failed).hasMessageContaining(reason.code()).hasMessageContaining("because of  [31mthis");
        }
    }

    /** A replica by hand that accepts everything and ends the connection after so many answers. */
    private Conversation closingAfter(int answers, List<String> firstRequests, List<String> requests) {
        return closingAfter(answers, firstRequests, requests, UnaryOperator.identity());
    }

    private Conversation closingAfter(
            int answers, List<String> firstRequests, List<String> requests, UnaryOperator<Receipt> receipt) {
        return replica.speaking(wire -> {
            for (int i = 0; i < answers; i++) {
                FakeReplica.Request request = FakeReplica.Request.read(wire);
                String path = request.head().split(" ", 3)[1];
                requests.add(path);
                if (i == 0) {
                    firstRequests.add(path);
                }
                String status = i + 1 == answers ? "200 OK\r\nConnection: close" : "200 OK";
                if (path.equals(Endpoints.ANNOUNCE)) {
                    FakeReplica.answer(
                            wire, status, MediaTypes.VIEW, Json.plain().encode(replica.signed(replica.view(request))));
                } else if (path.endsWith("/disk")) {
                    FakeReplica.answer(
                            wire,
                            status,
                            MediaTypes.MACHINE,
                            Json.plain().encode(state(request.head().startsWith("PUT") ? 8 : 7)));
                } else {
                    FakeReplica.answer(
                            wire, status, MediaTypes.RECEIPT, Json.plain().encode(receipt.apply(RECEIPT)));
                }
            }
        });
    }

    @Test
    void everyConnectionBeginsWithAnAnnouncement(@TempDir Path folder) throws Exception {
        Path image = Files.write(folder.resolve("image"), new byte[1000]);
        List<String> first = new CopyOnWriteArrayList<>();
        List<String> requests = new CopyOnWriteArrayList<>();
        try (FakeServer server = new FakeServer(closingAfter(2, first, requests));
                PrimaryClient primary =
                        new PrimaryClient(LAB.settings(server.port()).build())) {
            Replicated replicated = primary.replicate(DISK, image);

            assertThat(replicated.receipt()).isPresent();
            assertThat(replicated.verdict().findings()).isEmpty();
            assertThat(first).hasSizeGreaterThan(1).containsOnly(Endpoints.ANNOUNCE);
            assertThat(requests)
                    .filteredOn(path -> !path.equals(Endpoints.ANNOUNCE))
                    // An image of zeros has no slices.
                    .containsExactly("/v1/machines/disk", "/v1/machines/disk", "/v1/machines/disk/change-sets/8/1");
        }
    }

    @Test
    void aReplicaThatClosesAfterEveryAnswerIsNotAnnouncedToForEver(@TempDir Path folder) throws Exception {
        Path image = Files.write(folder.resolve("image"), new byte[1000]);
        List<String> requests = new CopyOnWriteArrayList<>();
        try (FakeServer server = new FakeServer(closingAfter(1, new CopyOnWriteArrayList<>(), requests));
                PrimaryClient primary =
                        new PrimaryClient(LAB.settings(server.port()).build())) {
            ReplicationFailed failed = Lab.failed(() -> primary.replicate(DISK, image));

            assertThat(Lab.rule(failed)).isEqualTo("unexplained");
            assertThat(failed).hasRootCauseMessage("the replica closes every connection before it can be used");
            assertThat(requests).containsOnly(Endpoints.ANNOUNCE).hasSizeLessThanOrEqualTo(8);
        }
    }

    /** Good on the first connection, and then another replica, that rejects us. */
    @Test
    void whatTheNextConnectionMeetsIsTheVerdict(@TempDir Path folder) throws Exception {
        Path image = Files.write(folder.resolve("image"), new byte[1000]);
        Conversation good = closingAfter(1, new CopyOnWriteArrayList<>(), new CopyOnWriteArrayList<>());
        try (Replica rejecting = Replica.start(LAB.replicaTrusting(folder, new Lab().pki.trust()));
                FakeServer server = new FakeServer(wire -> {
                    if (wire.number() == 1) {
                        good.hold(wire);
                    } else {
                        wire.tunnelTo(rejecting.port());
                    }
                });
                PrimaryClient primary = new PrimaryClient(LAB.settings(server.port())
                        .tlsVersions("TLSv1.3")
                        .http2(false)
                        .build())) {
            ReplicationFailed failed = Lab.failed(() -> primary.replicate(DISK, image));

            assertThat(Lab.rule(failed)).isEqualTo("mtls.certificate-rejected");
        }
    }

    private static MachineState state(long epoch) {
        return new MachineState(
                new MachineName("disk"),
                epoch,
                1,
                List.of(new DeclaredDisk(DISK, 1000)),
                PendingSlices.none(),
                Optional.empty(),
                List.of());
    }

    static Stream<UnaryOperator<Receipt>> foreignReceipts() {
        return Stream.of(
                receipt -> new Receipt(new MachineName("other"), 8, 1, SliceChain.EMPTY, 0, 0, 0),
                receipt -> new Receipt(receipt.machine(), 7, 1, SliceChain.EMPTY, 0, 0, 0),
                receipt -> new Receipt(receipt.machine(), 8, 2, SliceChain.EMPTY, 0, 0, 0),
                receipt -> new Receipt(receipt.machine(), 8, 1, "1".repeat(64), 0, 0, 0),
                receipt -> new Receipt(receipt.machine(), 8, 1, SliceChain.EMPTY, 1, 0, 0));
    }

    @ParameterizedTest
    @MethodSource("foreignReceipts")
    void aReceiptForAnotherChangeSetIsNoReceipt(UnaryOperator<Receipt> receipt, @TempDir Path folder) throws Exception {
        Path image = Files.write(folder.resolve("image"), new byte[1000]);
        List<String> requests = new CopyOnWriteArrayList<>();
        try (FakeServer server = new FakeServer(closingAfter(4, new CopyOnWriteArrayList<>(), requests, receipt));
                PrimaryClient primary =
                        new PrimaryClient(LAB.settings(server.port()).build())) {
            ReplicationFailed failed = Lab.failed(() -> primary.replicate(DISK, image));

            assertThat(Lab.all(failed, ExchangeFailed.class))
                    .singleElement()
                    .satisfies(piece -> assertThat(piece.failure().text()).contains("another change set"));
        }
    }

    private static byte[] bomb() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 64; i++) {
                zip.write(zeros);
            }
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return bytes.toByteArray();
    }
}
