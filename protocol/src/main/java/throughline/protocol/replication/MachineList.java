package throughline.protocol.replication;

import java.util.List;

/**
 * The machines that a primary may continue, by name.
 *
 * @param more whether there are others that did not fit
 */
public record MachineList(List<MachineState> machines, boolean more) {

    public MachineList {
        machines = List.copyOf(machines);
    }
}
