package throughline.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many at once: all arrive, by no more threads than there are for few. */
class ManyMachinesTest {
    /** As many as a run of CI has time for; {@code -Dmachines=1000} is the figure to hold. */
    private static final int MACHINES = Integer.getInteger("machines", 100);

    /** A listener's backlog of connections is no part of this. */
    private static final int CONNECTING = 50;

    /** 32 for connections, 32 for transfers, 8 for the folder, a timer. */
    private static final int MOST_THREADS = 73;

    @TempDir
    Path store;

    private Lab lab;

    @BeforeEach
    void open() throws Exception {
        // All are one primary's here.
        lab = new Lab(
                store,
                Admission.anyAcceptedCertificate(store)
                        .withLimits(AdmissionLimits.usual().withMostTransfers(MACHINES)),
                settings -> settings);
    }

    @AfterEach
    void close() {
        lab.close();
    }

    @Test
    void allChangeSetsArrive() throws Exception {
        HttpClient client = lab.http(HttpClient.Version.HTTP_1_1);
        byte[] slice = Slices.of(0, new byte[] {1, 2, 3});
        AtomicInteger threads = new AtomicInteger();
        Semaphore connecting = new Semaphore(CONNECTING);
        List<CompletableFuture<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < MACHINES; i++) {
            String machine = "machine-" + i;
            connecting.acquire();
            answers.add(send(client, lab.declaration(machine, 4096, 1))
                    .whenComplete((answer, failure) -> connecting.release())
                    .thenCompose(declared -> send(client, lab.slice(machine, 1, 1, 0, slice)))
                    .thenCompose(stored -> send(client, lab.commit(machine, 1, 1, Slices.digest(slice))))
                    .thenApply(committed -> {
                        threads.accumulateAndGet(threads(), Math::max);
                        return committed.statusCode();
                    }));
        }

        assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).isEqualTo(200));
        assertThat(threads.get()).isLessThanOrEqualTo(MOST_THREADS);
        assertThat(lab.replica.store(store).machines()).hasSize(MACHINES);
        assertThat(lab.content("machine-" + (MACHINES - 1))).startsWith(1, 2, 3);
    }

    /** More than there are threads to read them. */
    @Test
    void slicesThatAllWaitForTheirNextByteAllArrive() throws Exception {
        HttpClient client = lab.http(HttpClient.Version.HTTP_2);
        SSLContext context = lab.context();
        List<HalfASlice> waiting = new ArrayList<>();
        for (int i = 0; i < 36; i++) {
            Lab.send(client, lab.declaration("m" + i, 16, 1));
            waiting.add(new HalfASlice(lab, context, "m" + i));
        }

        assertThat(Lab.send(client, lab.announcement()).statusCode())
                .as("others are served")
                .isEqualTo(200);
        for (HalfASlice one : waiting) {
            assertThat(one.finish()).isEqualTo("HTTP/1.1 200 OK");
            one.close();
        }
    }

    /** Together they are many times what a connection's window holds. */
    @Test
    void streamsOfOneConnectionDoNotKeepEachOtherWaiting() throws Exception {
        HttpClient client = lab.http(HttpClient.Version.HTTP_2);
        byte[] content = new byte[4 << 20];
        new Random(1).nextBytes(content);
        byte[] slice = Slices.of(0, content, 1 << 20);
        Lab.send(client, lab.declaration("m", content.length, 1));
        lab.replica.script().enqueue(ExchangeKind.SLICE, new ReplicaBehaviour.Stall(100));

        List<CompletableFuture<HttpResponse<byte[]>>> answers = IntStream.range(0, 9)
                .mapToObj(number -> send(client, lab.slice("m", 1, 1, number, slice)))
                .toList();

        Await.until(() -> answers.stream().filter(CompletableFuture::isDone).count() == 8);
        assertThat(answers.stream().filter(CompletableFuture::isDone))
                .allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
    }

    private static CompletableFuture<HttpResponse<byte[]>> send(HttpClient client, HttpRequest request) {
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    private static int threads() {
        return (int) Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("throughline-replica"))
                .count();
    }
}
