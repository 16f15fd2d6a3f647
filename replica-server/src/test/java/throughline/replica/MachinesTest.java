package throughline.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import throughline.protocol.DiskName;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;
import throughline.protocol.replication.DeclaredDisk;
import throughline.protocol.replication.MachineDeclaration;
import throughline.protocol.replication.MachineName;
import throughline.protocol.replication.MachineState;
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

    @Test
    void aMachineThatIsCreatedInAFolderThatHangsKeepsNoOtherWaiting() throws Exception {
        Admission admission = new Admission(List.of(entry(HUNG), entry(SOUND)), AdmissionLimits.usual());
        try (Machines machines = Machines.open(
                admission, (folder, limits) -> hanging(ReplicaStore.inMemory(limits), () -> folder.equals(HUNG)))) {
            CompletableFuture<MachineState> hanging = declare(machines, HUNG, "h");
            assertThat(reached.await(60, TimeUnit.SECONDS)).isTrue();
            try {
                assertThat(declare(machines, SOUND, "s")
                                .get(10, TimeUnit.SECONDS)
                                .epoch())
                        .isEqualTo(1);
                assertThat(listed(machines)).hasSize(1);
                assertThat(machines.folder(new MachineName("h"))).contains(HUNG);
            } finally {
                released.countDown();
                hanging.join();
            }
            assertThat(listed(machines)).hasSize(2);
        }
    }

    @Test
    void theNameOfAMachineThatCouldNotBeCreatedIsFree() throws Exception {
        Admission admission = new Admission(List.of(entry(HUNG), entry(SOUND)), AdmissionLimits.usual());
        try (Machines machines = Machines.open(admission, (folder, limits) -> ReplicaStore.inMemory(limits))) {
            MachineDeclaration tooLarge = new MachineDeclaration(0, List.of());
            assertThatThrownBy(() -> machines.declare(admitted(HUNG), new MachineName("m"), tooLarge))
                    .isInstanceOf(RefusedException.class);

            machines.declare(admitted(SOUND), new MachineName("m"), declaration(1));

            assertThat(machines.folder(new MachineName("m"))).contains(SOUND);
        }
    }

    @Test
    void theNameOfAMachineThatTheLogMayHoldIsTaken() throws Exception {
        MachineName machine = new MachineName("m");
        boolean[] failing = {true};
        Admission admission = new Admission(List.of(entry(HUNG), entry(SOUND)), AdmissionLimits.usual());
        try (Machines machines = Machines.open(
                admission, (folder, limits) -> failingAfterIt(ReplicaStore.inMemory(limits), () -> failing[0]))) {
            assertThatThrownBy(() -> machines.declare(admitted(HUNG), machine, declaration(1)))
                    .hasMessage("after it");
            failing[0] = false;

            assertThatThrownBy(() -> machines.declare(
                            new Admitted(new PrimaryName("other.test"), entry(SOUND)), machine, declaration(1)))
                    .hasMessageContaining("was created by another primary");
            machines.declare(admitted(SOUND), machine, declaration(1));

            assertThat(machines.folder(machine)).contains(HUNG);
        }
    }

    @Test
    void aMachineThatOnlyTheNextStartWillFindIsNotListed() throws Exception {
        Admission admission = new Admission(List.of(entry(SOUND)), AdmissionLimits.usual());
        try (Machines machines =
                Machines.open(admission, (folder, limits) -> ofAnOwnerWithoutMachines(ReplicaStore.inMemory(limits)))) {
            assertThatThrownBy(() -> machines.declare(admitted(SOUND), new MachineName("m"), declaration(1)))
                    .hasMessage("no index");

            assertThat(listed(machines)).isEmpty();
        }
    }

    private static List<MachineState> listed(Machines machines) throws RefusedException {
        List<MachineState> found = new ArrayList<>();
        for (Path folder : machines.folders(admitted(SOUND))) {
            found.addAll(machines.states(admitted(SOUND), folder));
        }
        return Machines.list(found).machines();
    }

    private CompletableFuture<MachineState> declare(Machines machines, Path folder, String name) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return machines.declare(admitted(folder), new MachineName(name), declaration(1));
                    } catch (RefusedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                threads);
    }

    private ReplicaStore hangingWhenTakenUp(ReplicaStore store) {
        return hanging(store, () -> !store.machines().isEmpty());
    }

    private ReplicaStore hanging(ReplicaStore store, Callable<Boolean> when) {
        return with(store, (method, asked) -> {
            if (method.equals("declare") && when.call()) {
                reached.countDown();
                released.await();
            }
            return asked.call();
        });
    }

    private ReplicaStore failingAfterIt(ReplicaStore store, Callable<Boolean> when) {
        return with(store, (method, asked) -> {
            Object answer = asked.call();
            if (method.equals("declare") && when.call()) {
                throw new RefusedException(RefusalReason.STORAGE_FAILED, "after it");
            }
            return answer;
        });
    }

    private ReplicaStore ofAnOwnerWithoutMachines(ReplicaStore store) {
        return with(store, (method, asked) -> {
            if (method.equals("declare")) {
                throw new RefusedException(RefusalReason.STORAGE_FAILED, "no index");
            }
            return method.equals("owner") ? Optional.of(admitted(SOUND).owner()) : asked.call();
        });
    }

    private interface Behaviour {
        Object of(String method, Callable<Object> asked) throws Exception;
    }

    private ReplicaStore with(ReplicaStore store, Behaviour behaviour) {
        return (ReplicaStore) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ReplicaStore.class},
                (proxy, method, arguments) -> behaviour.of(method.getName(), () -> {
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause() instanceof Exception refused ? refused : e;
                    }
                }));
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
