package throughline.harness.lab;

import java.io.IOException;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A process in a network of its own. It is started by {@code unshare}, in network, mount and process namespaces that nobody
 * else is in. Its network has no link to the machine's, so no thread of it can send anything out, whatever it does; and when
 * it ends, killed or not, the kernel ends every process that it started and takes links, routes and rules with it. There is
 * nothing with a name on the machine, so nothing can be left behind. Who is not root gets a user namespace as well.
 */
public final class LabProcess {
    /** Set in such a process, to the network namespace that it has left. */
    private static final String LEFT = "throughline.lab.left";

    private static final Path NETWORK = Path.of("/proc/thread-self/ns/net");
    private static final Pattern OWN_LINK = Pattern.compile("lo|" + NetworkLab.LINK + "\\d{1,3}");

    /** Where temporary files lie: in memory of the process's own, so that a killed one leaves none. */
    private static final String MEMORY = "/dev/shm";

    private static final String ENTER = String.join(" ", mountMemory()) + "; \"$0\" link set lo up; exec \"$@\"";
    private static final int NATIVE_ACCESS_SINCE = 22;
    private static final long ENDED_WITHIN_SECONDS = 3;

    private LabProcess() {}

    /** Whether this process was started by {@link #rerun}. */
    public static boolean inside() {
        return System.getProperty(LEFT) != null;
    }

    /**
     * Whether nothing that the calling thread sends can leave the process: it is not in the network that was left, and no
     * link has an address but loopback and the lab's own.
     */
    static boolean isolated() {
        try {
            return inside()
                    && !network().equals(System.getProperty(LEFT))
                    && NetworkInterface.networkInterfaces()
                            .allMatch(link -> OWN_LINK.matcher(link.getName()).matches());
        } catch (SocketException noList) {
            return false;
        }
    }

    /** The network namespace that the calling thread is in; empty where there are none. */
    static String network() {
        try {
            return Files.readSymbolicLink(NETWORK).toString();
        } catch (IOException notLinux) {
            return "";
        }
    }

    /**
     * Starts this Java program once more, in a network of its own, with the same input and outputs, and waits for its end.
     * It ends with this process, also when this one is killed.
     *
     * @return its exit code
     * @throws LabUnavailableException when {@link LabSupport} says that something is missing
     */
    public static int rerun(String mainClass, List<String> arguments) throws IOException {
        LabSupport.require();
        Process process =
                new ProcessBuilder(command(mainClass, arguments)).inheritIO().start();
        // Unshare ignores what asks it to end; Java below it does not, and writes down what it has.
        Thread hook = new Thread(() -> end(process), "throughline-lab-end");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return process.waitFor();
        } catch (InterruptedException hurry) {
            end(process);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a process in a network of its own was running", hurry);
        } finally {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException ending) {
                // Then the hook is at work.
            }
        }
    }

    /** The words that start a Java program in a network of its own; it ends with the thread that starts it. */
    static List<String> command(String mainClass, List<String> arguments) {
        List<String> words = new ArrayList<>(List.of(path("setpriv"), "--pdeathsig", "KILL"));
        words.addAll(unshare(root()));
        words.addAll(List.of("sh", "-ec", ENTER, path("ip"), java()));
        if (Runtime.version().feature() >= NATIVE_ACCESS_SINCE) {
            words.add("--enable-native-access=ALL-UNNAMED");
        }
        words.addAll(List.of("-XX:-UsePerfData", "-Djava.io.tmpdir=" + MEMORY, "-D" + LEFT + "=" + network()));
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        words.addAll(arguments);
        return words;
    }

    /** The words before a command that is to run in namespaces of its own. */
    static List<String> unshare(boolean root) {
        List<String> words = new ArrayList<>(List.of("unshare"));
        if (!root) {
            words.addAll(List.of("--user", "--map-root-user"));
        }
        words.addAll(List.of("--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"));
        return words;
    }

    /** What gives a process in a mount namespace of its own memory of its own for files. */
    static List<String> mountMemory() {
        return List.of("mount", "-t", "tmpfs", "-o", "mode=1777", "throughline", MEMORY);
    }

    /** Whether this process may do what it likes, root of the machine or of a user namespace. */
    static boolean root() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException | UnsupportedOperationException notLinux) {
            return false;
        }
    }

    private static void end(Process process) {
        process.children().forEach(ProcessHandle::destroy);
        try {
            if (!process.waitFor(ENDED_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException hurry) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static String path(String program) {
        return SystemCommands.find(program).orElse(program);
    }
}
