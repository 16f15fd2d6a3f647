package throughline.harness.middlebox.external;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The processes of one session, as Linux tells it in {@code /proc}. Whoever forks stays in the session of its parent, also
 * after the parent has ended or changed its user, so nothing of a program is overlooked.
 *
 * @param id of the session, which is that of the process that leads it
 */
record ProcessSession(long id) {
    private static final Path PROCESSES = Path.of("/proc");
    private static final String LISTENING = "0A";

    /** Whether this machine tells of sessions. */
    static boolean known() {
        return Files.isReadable(PROCESSES.resolve("self/stat"));
    }

    /** Those that have not ended. */
    List<Long> members() {
        List<Long> members = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
            for (Path process : processes) {
                if (belongs(process)) {
                    members.add(Long.valueOf(process.getFileName().toString()));
                }
            }
        } catch (IOException e) {
            // Without /proc nothing is started.
        }
        return members;
    }

    /** Whether one of them listens on the port. Nobody connects to find out: that would be a connection of the box's. */
    boolean listens(int port) {
        try {
            for (String line : Files.readAllLines(process(id).resolve("net/tcp"))) {
                String[] fields = line.strip().split("\\s+", -1);
                if (fields.length > 9
                        && fields[3].equals(LISTENING)
                        && fields[1].endsWith(String.format(Locale.ROOT, ":%04X", port))
                        && owns("socket:[" + fields[9] + "]")) {
                    return true;
                }
            }
        } catch (IOException ended) {
            // No process, no port.
        }
        return false;
    }

    private boolean owns(String socket) {
        for (long member : members()) {
            try (DirectoryStream<Path> descriptors =
                    Files.newDirectoryStream(process(member).resolve("fd"))) {
                for (Path descriptor : descriptors) {
                    if (Files.readSymbolicLink(descriptor).toString().equals(socket)) {
                        return true;
                    }
                }
            } catch (IOException ended) {
                // It, or one of its files, was closed meanwhile.
            }
        }
        return false;
    }

    /** proc(5): after the name in parentheses come state, parent, group and session. */
    private boolean belongs(Path process) {
        try {
            String stat = Files.readString(process.resolve("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
            return Long.parseLong(fields[3]) == id && !fields[0].equals("Z") && !fields[0].equals("X");
        } catch (IOException ended) {
            return false;
        }
    }

    private static Path process(long number) {
        return PROCESSES.resolve(Long.toString(number));
    }
}
