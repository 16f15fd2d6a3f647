package throughline.replica.store;

/**
 * Who declared a machine first.
 *
 * @param primary by its certificate
 * @param trustGroup whose members may continue the machine; empty where only that primary may
 */
public record MachineOwner(PrimaryName primary, String trustGroup) {

    /** Whether the machine is also the other's: it is the same primary, or one of the same trust group. */
    public boolean shares(MachineOwner other) {
        return primary.equals(other.primary) || (!trustGroup.isEmpty() && trustGroup.equals(other.trustGroup));
    }
}
