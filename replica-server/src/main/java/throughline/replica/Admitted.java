package throughline.replica;

import throughline.replica.store.MachineOwner;
import throughline.replica.store.PrimaryName;

/** A primary, and the entry that it was admitted by. */
record Admitted(PrimaryName primary, AdmissionEntry entry) {

    /** Of a machine that it creates. */
    MachineOwner owner() {
        return new MachineOwner(primary, entry.trustGroup());
    }

    boolean mayContinue(MachineOwner owner) {
        return owner.shares(owner());
    }
}
