package throughline.harness.middlebox.external;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Names for programs that ask the system's resolver alone. The program sees a hosts file of its own in place of the system's,
 * in a mount namespace that nobody else is in and that ends with it; no file of the system is touched.
 */
final class HostsFile {
    private static final String MOUNTED = "mount --bind \"$0\" /etc/hosts && exec \"$@\"";

    private HostsFile() {}

    /**
     * What runs a program so.
     *
     * @throws NotHereException where this machine does not allow mount namespaces
     */
    static List<String> prefix(RealSettings settings, OwnFolder folder, String program) {
        Path hosts =
                folder.write("hosts", "127.0.0.1 localhost\n" + settings.address() + " " + settings.replica() + "\n");
        List<String> prefix = new ArrayList<>(namespace());
        prefix.addAll(List.of("/bin/sh", "-c", MOUNTED, hosts.toString()));
        if (!Possible.YES) {
            throw new NotHereException(
                    program + " knows names from this machine's resolver only, and a mount namespace with"
                            + " a hosts file of its own is not permitted here; root may make one, with util-linux");
        }
        return prefix;
    }

    private static List<String> namespace() {
        return OwnFolder.asRoot()
                ? List.of("unshare", "--mount", "--propagation", "private")
                : List.of("unshare", "--user", "--map-root-user", "--mount", "--propagation", "private");
    }

    /** Tried once, with the file over itself. */
    private static final class Possible {
        static final boolean YES = tried();

        private static boolean tried() {
            List<String> command = new ArrayList<>(namespace());
            command.addAll(List.of("/bin/sh", "-c", MOUNTED, "/etc/hosts", "true"));
            try {
                Process process = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
            } catch (java.io.IOException e) {
                return false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }
}
