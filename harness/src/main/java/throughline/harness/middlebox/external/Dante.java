package throughline.harness.middlebox.external;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Dante's SOCKS server, with a hosts file of its own. It wants no login: its accounts are those of the machine, of which
 * nothing is made here. Its log is not read, so there are no passages.
 */
final class Dante {
    private Dante() {}

    static Rendering render(RealSettings settings, OwnFolder folder, int port) {
        Path program = Product.DANTE.required();
        List<String> lines = new ArrayList<>(List.of(
                "logoutput: stderr",
                "internal: " + settings.listen() + " port = " + port,
                "external: " + settings.address(),
                "clientmethod: none",
                "socksmethod: none"));
        if (OwnFolder.asRoot()) {
            lines.add("user.privileged: root");
            lines.add("user.unprivileged: " + OwnFolder.UNPRIVILEGED);
        }
        lines.add("client pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }");
        lines.add("socks pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }");
        Path configuration = folder.write("danted.conf", String.join("\n", lines) + "\n");
        return Rendering.silent(
                HostsFile.prefix(settings, folder, "danted"),
                List.of(program.toString(), "-f", configuration.toString()));
    }
}
