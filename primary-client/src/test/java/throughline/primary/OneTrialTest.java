package throughline.primary;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import throughline.primary.dial.ProxyAuthentication;
import throughline.primary.dial.ProxyCredentials;
import throughline.primary.dial.ProxySettings;
import throughline.primary.dial.ProxySettings.HttpConnect;
import throughline.primary.dial.ProxySettings.Socks5;
import throughline.primary.evidence.PathEvidence.CredentialsWithheld;
import throughline.replica.Replica;

/** Many connections at once, and credentials that nobody has tried yet: a wrong password must not lock an account. */
class OneTrialTest {
    private static final Lab LAB = new Lab();
    private static final int CONNECTIONS = 4;

    private final ProxyAuthentication authentication =
            ProxyAuthentication.of(new ProxyCredentials("alice", "Open Sesame"));
    private final CountDownLatch demanded = new CountDownLatch(CONNECTIONS);
    private final AtomicInteger tried = new AtomicInteger();

    @Test
    void anHttpProxyGetsAWrongPasswordOnceHoweverManyConnectionsBegin() throws Exception {
        try (FakeServer proxy = new FakeServer(wire -> {
            wire.head();
            demand(wire);
            demanded.countDown();
            if (wire.head().contains("Proxy-Authorization")) {
                tried.incrementAndGet();
                awaitAll();
                demand(wire);
            }
        })) {
            List<ReplicationFailed> failed = failAtOnce(new HttpConnect("127.0.0.1", proxy.port(), authentication));

            assertThat(tried).hasValue(1);
            assertThat(failed).allMatch(each -> Lab.rule(each).equals("tunnel.auth-required"));
            assertThat(failed)
                    .filteredOn(
                            each -> !Lab.all(each, CredentialsWithheld.class).isEmpty())
                    .hasSize(CONNECTIONS - 1);
        }
    }

    @Test
    void aSocksProxyGetsAWrongPasswordOnceHoweverManyConnectionsBegin() throws Exception {
        try (FakeServer proxy = new FakeServer(wire -> {
            FakeSocks socks = new FakeSocks(wire);
            socks.methods();
            socks.send(5, 2);
            demanded.countDown();
            socks.account();
            tried.incrementAndGet();
            awaitAll();
            socks.send(1, 1);
        })) {
            List<ReplicationFailed> failed = failAtOnce(new Socks5("127.0.0.1", proxy.port(), authentication));

            assertThat(tried).hasValue(1);
            assertThat(failed).allMatch(each -> Lab.rule(each).equals("tunnel.auth-required"));
        }
    }

    @Test
    void withTheRightPasswordAllGetThrough(@TempDir Path store) throws Exception {
        try (Replica replica = LAB.startReplica(store);
                FakeServer proxy = new FakeServer(wire -> {
                    wire.head();
                    demand(wire);
                    demanded.countDown();
                    wire.head();
                    awaitAll();
                    wire.send("HTTP/1.1 200 OK\r\n\r\n");
                    wire.tunnelTo(replica.port());
                })) {
            ProxySettings settings = new HttpConnect("127.0.0.1", proxy.port(), authentication);

            assertThat(atOnce(replica.port(), settings)).containsOnly(Optional.empty());
        }
    }

    private static void demand(Wire wire) throws IOException {
        wire.send("HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"r\"\r\nContent-Length: 0\r\n\r\n");
    }

    private void awaitAll() throws IOException {
        try {
            if (!demanded.await(30, TimeUnit.SECONDS)) {
                throw new IOException(demanded.getCount() + " connections have not come");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static List<ReplicationFailed> failAtOnce(ProxySettings proxy) throws Exception {
        return atOnce(8443, proxy).stream().map(Optional::orElseThrow).toList();
    }

    /** What each of them came to; empty where it got through. */
    private static List<Optional<ReplicationFailed>> atOnce(int port, ProxySettings proxy) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
        try (PrimaryClient client =
                new PrimaryClient(LAB.settings(port).proxy(proxy).build())) {
            List<Future<Replicated>> tries = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                tries.add(threads.submit(client::tryPath));
            }
            List<Optional<ReplicationFailed>> ends = new ArrayList<>();
            for (Future<Replicated> one : tries) {
                ends.add(end(one));
            }
            return ends;
        } finally {
            threads.shutdownNow();
        }
    }

    private static Optional<ReplicationFailed> end(Future<Replicated> one) throws Exception {
        try {
            one.get(60, TimeUnit.SECONDS);
            return Optional.empty();
        } catch (ExecutionException e) {
            return Optional.ofNullable((ReplicationFailed) e.getCause());
        }
    }
}
