package throughline.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import throughline.protocol.DiskName;
import throughline.protocol.replication.DeclaredDisk;
import throughline.protocol.replication.MachineDeclaration;
import throughline.protocol.replication.MachineName;
import throughline.replica.store.PrimaryName;
import throughline.replica.store.ReplicaStore;

class MachinesTest {
    private static final Path HUNG = Path.of("hung").toAbsolutePath();
    private static final Path SOUND = Path.of("sound").toAbsolutePath();

    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    /** The common pool may have one thread alone, and that one hangs. */
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void aKnownMachineInAFolderThatHangsKeepsNoOtherWaiting() throws Exception {
        Admission admission = new Admission(List.of(entry(HUNG), entry(SOUND)), AdmissionLimits.usual());
        try (Machines machines = Machines.open(admission, (folder, limits) -> {
            ReplicaStore store = ReplicaStore.inMemory(limits);
            return folder.equals(HUNG) ? hangingWhenTakenUp(store) : store;
        })) {
            machines.declare(admitted(HUNG), new MachineName("h"), declaration(1));
            CompletableFuture<Void> hanging = CompletableFuture.runAsync(
                    () -> {
                        try {
                            machines.declare(admitted(HUNG), new MachineName("h"), declaration(2));
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    threads);
            assertThat(reached.await(60, TimeUnit.SECONDS)).isTrue();

            CompletableFuture<Long> other = CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            return machines.declare(admitted(SOUND), new MachineName("s"), declaration(3))
                                    .epoch();
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    threads);
            try {
                assertThat(other.get(10, TimeUnit.SECONDS)).isEqualTo(3);
            } finally {
                released.countDown();
                hanging.join();
            }
        }
    }

    private ReplicaStore hangingWhenTakenUp(ReplicaStore store) {
        return (ReplicaStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ReplicaStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("declare") && !store.machines().isEmpty()) {
                        reached.countDown();
                        released.await();
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static AdmissionEntry entry(Path folder) {
        return new AdmissionEntry(new CertificatePattern.AnyAccepted(), folder, "");
    }

    private static Admitted admitted(Path folder) {
        return new Admitted(new PrimaryName("primary.test"), entry(folder));
    }

    private static MachineDeclaration declaration(long epoch) {
        return new MachineDeclaration(epoch, List.of(new DeclaredDisk(new DiskName("c"), 16)));
    }
}
