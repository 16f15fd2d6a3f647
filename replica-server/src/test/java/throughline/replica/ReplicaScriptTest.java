package throughline.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import throughline.protocol.Json;
import throughline.protocol.RefusalReason;
import throughline.protocol.replication.MachineName;
import throughline.protocol.replication.Receipt;
import throughline.protocol.replication.SliceReceipt;
import throughline.replica.ReceivedExchange.End;

class ReplicaScriptTest {
    private static final MachineName MACHINE = new MachineName("m");
    private static final byte[] SLICE = Slices.of(0, new byte[100_000]);

    @TempDir
    Path store;

    private Lab lab;
    private HttpClient client;

    @BeforeEach
    void open() throws Exception {
        lab = new Lab(store);
        client = lab.http(HttpClient.Version.HTTP_1_1);
        Lab.send(client, lab.declaration("m", 1 << 20, 1));
        take();
    }

    @AfterEach
    void close() {
        lab.close();
    }

    @Test
    void aRefusalHasTheReasonThatWasGivenAndIsUsedOnce() throws Exception {
        lab.replica.script().enqueue(ReplicaBehaviour.refuse(RefusalReason.FENCED));

        assertThat(Lab.send(client, slice()).statusCode()).isEqualTo(409);
        assertThat(take().refusal()).contains(RefusalReason.FENCED);
        assertThat(Lab.send(client, slice()).statusCode()).isEqualTo(200);
    }

    @Test
    void aBehaviourForOneKindWaitsForIt() throws Exception {
        lab.replica.script().enqueue(ExchangeKind.COMMIT, ReplicaBehaviour.refuse(RefusalReason.STORAGE_FAILED));

        assertThat(Lab.send(client, slice()).statusCode()).isEqualTo(200);
        assertThat(lab.replica.script().remaining()).isEqualTo(1);
        assertThat(Lab.send(client, commit()).statusCode()).isEqualTo(500);
        assertThat(lab.replica.script().remaining()).isZero();
        assertThat(Lab.send(client, commit()).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void theDiskFillsUpAtAByte(HttpClient.Version version) throws Exception {
        client = lab.http(version);
        lab.replica.script().enqueue(ExchangeKind.SLICE, ReplicaBehaviour.storeFullAfter(50_000));

        assertThat(Lab.send(client, slice()).statusCode()).isEqualTo(507);
        ReceivedExchange exchange = take();
        assertThat(exchange.bytes()).isEqualTo(50_000);
        assertThat(exchange.end()).isEqualTo(End.REFUSED);
        assertThat(pending()).isZero();
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void aConnectionIsCutAtAByte(HttpClient.Version version) throws Exception {
        client = lab.http(version);
        lab.replica.script().enqueue(ExchangeKind.SLICE, new ReplicaBehaviour.Cut(50_000));

        assertThatThrownBy(() -> Lab.send(client, slice())).isInstanceOf(IOException.class);
        assertThat(take().end()).isEqualTo(End.CUT);
        assertThat(pending()).isZero();
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void aReceiptIsLostAndWhatItIsForIsNot(HttpClient.Version version) throws Exception {
        client = lab.http(version);
        lab.replica.script().enqueue(ExchangeKind.SLICE, ReplicaBehaviour.cutInsteadOfAnswering());

        assertThatThrownBy(() -> Lab.send(client, slice())).isInstanceOf(IOException.class);
        assertThat(take().bytes()).isEqualTo(SLICE.length);
        assertThat(pending()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void aStalledExchangeHangsAndTheOthersGoOn(HttpClient.Version version) throws Exception {
        client = lab.http(version);
        lab.replica.script().enqueue(ExchangeKind.SLICE, new ReplicaBehaviour.Stall(10));
        CompletableFuture<HttpResponse<byte[]>> stalled =
                client.sendAsync(slice(), HttpResponse.BodyHandlers.ofByteArray());

        assertThat(take().end()).isEqualTo(End.STALLED);
        assertThat(Lab.send(client, slice()).statusCode()).isEqualTo(200);
        assertThat(stalled).isNotDone();
        lab.close();
    }

    @Test
    void anAnswerComesLate() throws Exception {
        lab.replica.script().enqueue(ExchangeKind.SLICE, new ReplicaBehaviour.AnswerLate(Duration.ofMillis(150)));
        long start = System.nanoTime();

        assertThat(Lab.send(client, slice()).statusCode()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(150));
    }

    @Test
    void receiptsHaveAnotherDigest() throws Exception {
        lab.replica.script().enqueue(ExchangeKind.SLICE, new ReplicaBehaviour.WrongDigest());
        lab.replica.script().enqueue(ExchangeKind.COMMIT, new ReplicaBehaviour.WrongDigest());

        HttpResponse<byte[]> stored = Lab.send(client, slice());
        HttpResponse<byte[]> committed = Lab.send(client, commit());
        HttpResponse<byte[]> again = Lab.send(client, commit());

        assertThat(Json.plain().decode(stored.body(), SliceReceipt.class).digest())
                .isNotEqualTo(Slices.digest(SLICE));
        assertThat(Json.plain().decode(committed.body(), Receipt.class).digest())
                .isNotEqualTo(Json.plain().decode(again.body(), Receipt.class).digest());
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void aRestartInTheMiddleLosesWhatWasArrivingAndNothingElse(HttpClient.Version version) throws Exception {
        client = lab.http(version);
        Lab.send(client, slice());
        String boot = lab.replica.bootId();
        lab.replica.script().enqueue(ExchangeKind.SLICE, new ReplicaBehaviour.Restart(50_000, Duration.ofMillis(20)));

        assertThatThrownBy(() -> Lab.send(client, lab.slice("m", 1, 1, 1, SLICE)))
                .isInstanceOf(IOException.class);
        Await.until(() -> !lab.replica.bootId().equals(boot) && reachable());

        assertThat(Lab.send(client, commit()).statusCode()).isEqualTo(200);
    }

    @Test
    void aReplicaCanBeClosedWhileItRestarts() throws Exception {
        lab.replica.script().enqueue(ExchangeKind.SLICE, new ReplicaBehaviour.Restart(0, Duration.ofHours(1)));

        assertThatThrownBy(() -> Lab.send(client, slice())).isInstanceOf(IOException.class);
        lab.close();

        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("throughline-replica"));
    }

    @Test
    void drainingFinishesWhatIsUnderWayAndRefusesWhatIsNew() throws Exception {
        try (HalfASlice half = new HalfASlice(lab, "m")) {
            assertThat(lab.replica.drain(Duration.ofMillis(1))).isFalse();

            assertThat(Lab.send(client, slice()).statusCode()).isEqualTo(503);
            CompletableFuture<Boolean> drained =
                    CompletableFuture.supplyAsync(() -> lab.replica.drain(Duration.ofMinutes(1)));
            assertThat(half.finish()).isEqualTo("HTTP/1.1 200 OK");
            assertThat(drained.join()).isTrue();
        }
    }

    private boolean reachable() {
        try {
            return Lab.send(client, lab.get("/v1/machines/m")).statusCode() == 200;
        } catch (IOException gone) {
            return false;
        }
    }

    private HttpRequest slice() {
        return lab.slice("m", 1, 1, 0, SLICE);
    }

    private HttpRequest commit() {
        return lab.commit("m", 1, 1, Slices.digest(SLICE));
    }

    private long pending() throws IOException {
        return lab.replica.store(store).state(MACHINE).pending().slices();
    }

    private ReceivedExchange take() {
        Optional<ReceivedExchange> exchange = lab.replica.takeExchange(Duration.ofSeconds(60));
        return exchange.orElseThrow();
    }
}
