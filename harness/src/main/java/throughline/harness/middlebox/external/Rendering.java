package throughline.harness.middlebox.external;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import throughline.harness.middlebox.Passage;
import throughline.harness.middlebox.Told;

/**
 * A box's configuration, written down and ready to be started.
 *
 * @param prefix stands before the command, behind that of the settings
 * @param log the name of the file in the folder that tells of connections; empty when what is printed does, or nothing
 * @param reader what that log says
 * @param tells which parts of it mean something
 */
record Rendering(
        List<String> prefix,
        List<String> command,
        String log,
        Function<List<String>, List<Passage>> reader,
        Set<Told> tells) {

    /** For a program that tells nothing which could be told apart by connection. */
    static Rendering silent(List<String> prefix, List<String> command) {
        return new Rendering(prefix, command, "", lines -> List.of(), Set.of());
    }
}
