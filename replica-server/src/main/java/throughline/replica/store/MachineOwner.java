package throughline.replica.store;

/**
 * Who declared a machine first.
 *
 * @param primary by its certificate
 * @param trustGroup whose members may continue the machine; empty where only that primary may
 */
public record MachineOwner(PrimaryName primary, String trustGroup) {}
