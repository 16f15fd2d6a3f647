package throughline.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import throughline.replica.store.ReplicaStore;

/** A disk that does not answer holds up the machines on it, and nobody else. */
class HungFolderTest {
    /** More than there are threads for connections. */
    private static final int REQUESTS = 40;

    private static final int THREADS_OF_A_FOLDER = 8;

    private static final Set<String> WRITING = Set.of("declare", "commit");

    @TempDir
    Path folder;

    private final CountDownLatch released = new CountDownLatch(1);
    private volatile boolean hung;

    @Test
    void othersAreServedWhileManyWaitForIt() throws Exception {
        Path hanging = folder.resolve("hanging");
        Path sound = folder.resolve("sound");
        Admission admission = new Admission(
                List.of(entry("primary.test", hanging), entry("other.test", sound)), AdmissionLimits.usual());
        try (Lab lab = new Lab(
                sound,
                admission,
                settings -> settings.stores((store, limits) -> {
                    ReplicaStore memory = ReplicaStore.inMemory(limits);
                    return store.equals(hanging) ? hangingOnceItHangs(memory) : memory;
                }))) {
            HttpClient client = lab.http(HttpClient.Version.HTTP_1_1);
            HttpClient other = Lab.http(
                    Lab.context(lab.pki.client("other.test"), lab.pki.trust()), HttpClient.Version.HTTP_1_1, "TLSv1.3");
            Lab.send(client, lab.declaration("m", 16, 1));
            hung = true;
            List<CompletableFuture<HttpResponse<byte[]>>> waiting = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                waiting.add(client.sendAsync(
                        i % 2 == 0 ? lab.commit("m", 1, 1) : lab.declaration("m" + i, 16, 1),
                        HttpResponse.BodyHandlers.ofByteArray()));
            }
            Await.until(() -> lab.replica.connections().stream()
                            .filter(connection -> connection.requests() > 0)
                            .count()
                    >= REQUESTS);

            assertThat(Lab.send(other, lab.declaration("o", 16, 1)).statusCode())
                    .isEqualTo(200);
            assertThat(Lab.send(other, lab.commit("o", 1, 1)).statusCode()).isEqualTo(200);
            assertThat(Lab.send(other, lab.get("/v1/machines")).statusCode()).isEqualTo(200);
            assertThat(waiting).noneMatch(CompletableFuture::isDone);

            released.countDown();
            for (CompletableFuture<HttpResponse<byte[]>> one : waiting) {
                assertThat(one.get().statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void listsOfATrustGroupThatWaitForItTakeNoThreadsOfAnother() throws Exception {
        Path hanging = folder.resolve("hanging");
        Path sound = folder.resolve("sound");
        Admission admission = new Admission(
                List.of(groupEntry("primary.test", hanging), groupEntry("other.test", sound)), AdmissionLimits.usual());
        CountDownLatch asked = new CountDownLatch(THREADS_OF_A_FOLDER);
        try (Lab lab = new Lab(
                sound,
                admission,
                settings -> settings.stores((store, limits) -> {
                    ReplicaStore memory = ReplicaStore.inMemory(limits);
                    return store.equals(hanging) ? hangingOnceItHangs(memory, Set.of("state"), asked) : memory;
                }))) {
            HttpClient client = lab.http(HttpClient.Version.HTTP_1_1);
            HttpClient other = Lab.http(
                    Lab.context(lab.pki.client("other.test"), lab.pki.trust()), HttpClient.Version.HTTP_1_1, "TLSv1.3");
            Lab.send(client, lab.declaration("m", 16, 1));
            Lab.send(other, lab.declaration("o", 16, 1));
            hung = true;
            List<CompletableFuture<HttpResponse<String>>> lists = new ArrayList<>();
            for (int i = 0; i < 2 * THREADS_OF_A_FOLDER; i++) {
                lists.add(other.sendAsync(lab.get("/v1/machines"), HttpResponse.BodyHandlers.ofString()));
            }
            assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();

            CompletableFuture<HttpResponse<byte[]>> commit =
                    other.sendAsync(lab.commit("o", 1, 1), HttpResponse.BodyHandlers.ofByteArray());
            try {
                assertThat(commit.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
                assertThat(lists).noneMatch(CompletableFuture::isDone);
            } finally {
                released.countDown();
            }
            for (CompletableFuture<HttpResponse<String>> one : lists) {
                assertThat(one.get().body()).containsSubsequence("\"m\"", "\"o\"");
            }
        }
    }

    @Test
    void asManyWaitForAFolderAsMayAndNoMore() {
        ReplicaThreads threads = new ReplicaThreads("throughline-test");
        PortThreads work = new PortThreads(threads);
        try {
            assertThat(takes(work.ofFolder(folder), 1000)).isEqualTo(8 + 256);
            assertThat(takes(work.ofTransfers(), 1)).isEqualTo(1);
            assertThat(takes(work.ofFolder(folder.resolve("other")), 1)).isEqualTo(1);
        } finally {
            released.countDown();
            work.end();
            threads.end();
        }
    }

    private int takes(Executor threads, int most) {
        for (int i = 0; i < most; i++) {
            try {
                threads.execute(this::hang);
            } catch (RejectedExecutionException full) {
                return i;
            }
        }
        return most;
    }

    private void hang() {
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ReplicaStore hangingOnceItHangs(ReplicaStore store) {
        return hangingOnceItHangs(store, WRITING, new CountDownLatch(0));
    }

    private ReplicaStore hangingOnceItHangs(ReplicaStore store, Set<String> methods, CountDownLatch asked) {
        return (ReplicaStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ReplicaStore.class}, (proxy, method, arguments) -> {
                    if (hung && methods.contains(method.getName())) {
                        asked.countDown();
                        hang();
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static AdmissionEntry groupEntry(String name, Path store) {
        return new AdmissionEntry(new CertificatePattern.Name(name), store, "group");
    }

    private static AdmissionEntry entry(String name, Path store) {
        return new AdmissionEntry(new CertificatePattern.Name(name), store, "");
    }
}
