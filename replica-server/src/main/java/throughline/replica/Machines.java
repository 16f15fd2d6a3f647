package throughline.replica;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import throughline.protocol.Json;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;
import throughline.protocol.replication.MachineDeclaration;
import throughline.protocol.replication.MachineList;
import throughline.protocol.replication.MachineName;
import throughline.protocol.replication.MachineState;
import throughline.replica.store.MachineOwner;
import throughline.replica.store.ReplicaStore;

/** The machines in all storage folders, and who may do something with them. Thread-safe. */
final class Machines implements AutoCloseable {
    /** Below the limit of a message, with what stands around the list. */
    private static final int LONGEST_LIST = 60_000;

    private final Map<Path, ReplicaStore> stores = new LinkedHashMap<>();
    /** A name is given once in all folders. Known without a look into files, because one of them may hang. */
    private final Map<MachineName, Home> homes = new ConcurrentHashMap<>();

    /**
     * Where a machine is, which never changes once it is created.
     *
     * @param created whether the folder holds it, or may hold it at the next start
     * @param declaring how many are at it; where none is, and nobody has created it, the name is free
     */
    private record Home(Path folder, MachineOwner owner, boolean created, int declaring) {
        Home declaredBy(int more) {
            return new Home(folder, owner, created, declaring + more);
        }
    }

    /** Opens the store of every folder that the admission names. */
    static Machines open(Admission admission, StoreOpener opener) throws IOException {
        Machines machines = new Machines();
        try {
            for (AdmissionEntry entry : admission.entries()) {
                if (!machines.stores.containsKey(entry.store())) {
                    machines.stores.put(
                            entry.store(),
                            opener.open(entry.store(), admission.limits().ofStore()));
                }
            }
            machines.readHomes();
            return machines;
        } catch (IOException | RuntimeException e) {
            machines.close();
            throw e;
        }
    }

    /** Creates it in the folder of whoever declares it, or takes it up where it is. */
    MachineState declare(Admitted primary, MachineName machine, MachineDeclaration declaration)
            throws RefusedException {
        Home home = homes.compute(
                machine,
                (name, known) -> known == null
                        ? new Home(primary.entry().store(), primary.owner(), false, 1)
                        : known.declaredBy(1));
        Optional<MachineOwner> created = Optional.empty();
        try {
            refuseUnlessOwner(primary, machine, home);
            boolean declared = false;
            try {
                MachineState state = of(home.folder()).declare(primary.owner(), machine, declaration);
                declared = true;
                return state;
            } finally {
                created = created(machine, home, declared);
            }
        } finally {
            leave(machine, created);
        }
    }

    /** A declaration that failed may be in the log all the same: then the name is taken, and the machine has an owner. */
    private Optional<MachineOwner> created(MachineName machine, Home home, boolean declared) {
        if (home.created()) {
            return Optional.of(home.owner());
        }
        try {
            return of(home.folder()).owner(machine);
        } catch (RefusedException unreadable) {
            return declared ? Optional.of(home.owner()) : Optional.empty();
        }
    }

    private void leave(MachineName machine, Optional<MachineOwner> created) {
        homes.computeIfPresent(machine, (name, home) -> {
            Home left = home.declaredBy(-1);
            if (created.isPresent()) {
                return new Home(left.folder(), created.get(), true, left.declaring());
            }
            return left.created() || left.declaring() > 0 ? left : null;
        });
    }

    /** The folder that a machine is in, or is to be in; absent where nobody declares it. */
    Optional<Path> folder(MachineName machine) {
        return Optional.ofNullable(homes.get(machine)).map(Home::folder);
    }

    /**
     * The store that holds a machine.
     *
     * @throws RefusedException UNKNOWN_MACHINE, or NOT_AUTHORISED where it is another's
     */
    ReplicaStore holding(Admitted primary, MachineName machine) throws RefusedException {
        Home home = homes.get(machine);
        if (home == null) {
            throw new RefusedException(RefusalReason.UNKNOWN_MACHINE, "machine " + machine + " was not declared");
        }
        refuseUnlessOwner(primary, machine, home);
        return of(home.folder());
    }

    /** Those with machines that the primary may continue, without a look into files. */
    List<Path> folders(Admitted primary) {
        return homes.values().stream()
                .filter(home -> home.created() && primary.mayContinue(home.owner()))
                .map(Home::folder)
                .distinct()
                .sorted()
                .toList();
    }

    /** The machines in a folder that the primary may continue, by name, up to the first that does not fit into a list. */
    List<MachineState> states(Admitted primary, Path folder) throws RefusedException {
        TreeMap<MachineName, Home> found = new TreeMap<>();
        homes.forEach((machine, home) -> {
            if (home.created() && home.folder().equals(folder) && primary.mayContinue(home.owner())) {
                found.put(machine, home);
            }
        });
        List<MachineState> states = new ArrayList<>();
        int length = 0;
        for (Map.Entry<MachineName, Home> one : found.entrySet()) {
            Optional<MachineState> state = state(one.getKey(), one.getValue());
            if (state.isPresent()) {
                states.add(state.get());
                length += length(state.get());
            }
            if (length > LONGEST_LIST) {
                break;
            }
        }
        return states;
    }

    /** By name, as many as fit. */
    static MachineList list(List<MachineState> found) {
        List<MachineState> sorted = new ArrayList<>(found);
        sorted.sort(Comparator.comparing(MachineState::machine));
        int length = 0;
        for (int i = 0; i < sorted.size(); i++) {
            length += length(sorted.get(i));
            if (length > LONGEST_LIST) {
                return new MachineList(sorted.subList(0, i), true);
            }
        }
        return new MachineList(sorted, false);
    }

    private static int length(MachineState state) {
        return Json.plain().encode(state).length + 1;
    }

    /** Absent where only the next start may find the machine. */
    private Optional<MachineState> state(MachineName machine, Home home) throws RefusedException {
        try {
            return Optional.of(of(home.folder()).state(machine));
        } catch (RefusedException e) {
            if (e.reason() != RefusalReason.UNKNOWN_MACHINE) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** The store of a folder that the admission names. */
    ReplicaStore of(Path folder) {
        return Objects.requireNonNull(stores.get(folder), "a folder that no entry names");
    }

    @Override
    public void close() {
        stores.values().forEach(ReplicaStore::close);
    }

    private void readHomes() throws RefusedException {
        for (Map.Entry<Path, ReplicaStore> store : stores.entrySet()) {
            for (MachineName machine : store.getValue().machines()) {
                MachineOwner owner = store.getValue().owner(machine).orElseThrow();
                homes.putIfAbsent(machine, new Home(store.getKey(), owner, true, 0));
            }
        }
    }

    private static void refuseUnlessOwner(Admitted primary, MachineName machine, Home home) throws RefusedException {
        if (!primary.mayContinue(home.owner())) {
            throw new RefusedException(
                    RefusalReason.NOT_AUTHORISED,
                    "machine " + machine + " was created by another primary, and " + primary.primary()
                            + " is not of its trust group");
        }
    }
}
