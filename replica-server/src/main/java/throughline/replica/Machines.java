package throughline.replica;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
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
            return machines;
        } catch (IOException | RuntimeException e) {
            machines.close();
            throw e;
        }
    }

    /** Creates it in the folder of whoever declares it, or takes it up where it is. */
    MachineState declare(Admitted primary, MachineName machine, MachineDeclaration declaration)
            throws RefusedException {
        Optional<ReplicaStore> known = find(primary, machine);
        if (known.isEmpty()) {
            // One at a time: a name may be given once in all folders.
            synchronized (stores) {
                known = find(primary, machine);
                if (known.isEmpty()) {
                    return of(primary.entry().store()).declare(primary.owner(), machine, declaration);
                }
            }
        }
        // It writes, and a folder that hangs is to hold up its own machines alone.
        return known.get().declare(primary.owner(), machine, declaration);
    }

    /**
     * The store that holds a machine.
     *
     * @throws RefusedException UNKNOWN_MACHINE, or NOT_AUTHORISED where it is another's
     */
    ReplicaStore holding(Admitted primary, MachineName machine) throws RefusedException {
        return find(primary, machine)
                .orElseThrow(() -> new RefusedException(
                        RefusalReason.UNKNOWN_MACHINE, "machine " + machine + " was not declared"));
    }

    /** Those that the primary may continue, as many as fit. */
    MachineList list(Admitted primary) throws RefusedException {
        TreeMap<MachineName, ReplicaStore> found = new TreeMap<>();
        for (ReplicaStore store : stores.values()) {
            for (MachineName machine : store.machines()) {
                if (store.owner(machine).filter(primary::mayContinue).isPresent()) {
                    found.put(machine, store);
                }
            }
        }
        List<MachineState> states = new ArrayList<>();
        int length = 0;
        for (Map.Entry<MachineName, ReplicaStore> one : found.entrySet()) {
            MachineState state = one.getValue().state(one.getKey());
            length += Json.plain().encode(state).length + 1;
            if (length > LONGEST_LIST) {
                return new MachineList(states, true);
            }
            states.add(state);
        }
        return new MachineList(states, false);
    }

    /** The store of a folder that the admission names. */
    ReplicaStore of(Path folder) {
        return Objects.requireNonNull(stores.get(folder), "a folder that no entry names");
    }

    @Override
    public void close() {
        stores.values().forEach(ReplicaStore::close);
    }

    private Optional<ReplicaStore> find(Admitted primary, MachineName machine) throws RefusedException {
        for (ReplicaStore store : stores.values()) {
            Optional<MachineOwner> owner = store.owner(machine);
            if (owner.isPresent()) {
                if (!primary.mayContinue(owner.get())) {
                    throw new RefusedException(
                            RefusalReason.NOT_AUTHORISED,
                            "machine " + machine + " was created by another primary, and " + primary.primary()
                                    + " is not of its trust group");
                }
                return Optional.of(store);
            }
        }
        return Optional.empty();
    }
}
