package throughline.harness.middlebox.external;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Tinyproxy in the foreground, with a hosts file of its own. Its log names clients by address only, so there are no passages.
 */
final class Tinyproxy {
    private Tinyproxy() {}

    static Rendering render(RealSettings settings, OwnFolder folder, int port, boolean login) {
        Path program = Product.TINYPROXY.required();
        List<String> lines = new ArrayList<>(List.of(
                "Port " + port, "Listen " + settings.listen(), "MaxClients 500", "Timeout 600", "LogLevel Info"));
        if (OwnFolder.asRoot()) {
            lines.add("User " + OwnFolder.UNPRIVILEGED);
        }
        if (login) {
            lines.add("BasicAuth " + settings.login().user() + " "
                    + settings.login().password());
        }
        Path configuration = folder.write("tinyproxy.conf", String.join("\n", lines) + "\n");
        return Rendering.silent(
                HostsFile.prefix(settings, folder, "tinyproxy"),
                List.of(program.toString(), "-d", "-c", configuration.toString()));
    }
}
