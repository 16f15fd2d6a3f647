package throughline.harness.middlebox.external;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A program that runs as long as this object is open and this process lives. It is the leader of a session of its own, beside
 * a watcher that waits at a pipe from here. When the pipe ends, by {@link #close()} or because this process ended in whatever
 * way, the watcher removes the folder and kills the session, itself included.
 */
final class ExternalProcess implements AutoCloseable {
    private static final Duration ENDED_WITHIN = Duration.ofSeconds(5);
    private static final Duration STEP = Duration.ofMillis(4);
    private static final int LINES_IN_ERROR = 50;

    /** $1 is the folder, $2 the beginning of the names in shared memory; the rest is the program. */
    private static final String WATCHED = """
            exec 3<&0
            folder=$1 memory=$2
            shift 2
            (read -r nothing <&3; rm -rf -- "$folder" "/dev/shm/$memory-"*; kill -KILL 0) &
            exec 3<&-
            exec "$@" </dev/null
            """;

    private final Process process;
    private final ProcessSession session;
    private final OwnFolder folder;
    private final KeptLines output = new KeptLines();
    private final Thread reader;

    private ExternalProcess(String name, Process process, OwnFolder folder) {
        this.process = process;
        this.session = new ProcessSession(process.pid());
        this.folder = folder;
        this.reader = new Thread(() -> output.keep(process.getInputStream()), "throughline-output-of-" + name);
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Returns when the program listens.
     *
     * @param prefix what runs the command, such as {@code ip netns exec NAME}; it has to become the program by exec
     * @param folder holds everything that the program needs; it is removed at the end
     * @param within how long it may take to listen
     * @throws NotHereException where sessions cannot be watched
     * @throws ExternalFailureException when it ends or does not listen in time
     */
    static ExternalProcess start(
            String name, List<String> prefix, List<String> command, OwnFolder folder, int port, Duration within) {
        ExternalProcess started = new ExternalProcess(name, launch(prefix, command, folder), folder);
        boolean listens = until(within, () -> !started.process.isAlive() || started.session.listens(port))
                && started.process.isAlive();
        if (!listens) {
            String what = started.process.isAlive()
                    ? name + " does not listen on port " + port + " after " + within.toSeconds() + " s"
                    : name + " ended with " + started.process.exitValue() + " before it listened";
            started.close();
            throw new ExternalFailureException(what, started.output(LINES_IN_ERROR));
        }
        return started;
    }

    private static Process launch(List<String> prefix, List<String> command, OwnFolder folder) {
        Path setsid = Product.find("setsid")
                .filter(found -> ProcessSession.known())
                .orElseThrow(
                        () -> new NotHereException("processes can be watched on Linux with setsid only, which is not"
                                + " here; Debian's util-linux brings it"));
        List<String> all = new ArrayList<>(prefix);
        all.addAll(List.of(
                setsid.toString(),
                "/bin/sh",
                "-c",
                WATCHED,
                "throughline",
                folder.path().toString(),
                folder.name()));
        all.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(all)
                .directory(new File(folder.path().toString()))
                .redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        String path = environment.getOrDefault("PATH", "/usr/bin:/bin");
        environment.clear();
        environment.put("PATH", path + ":/usr/sbin:/sbin");
        environment.put("LC_ALL", "C.UTF-8");
        environment.put("HOME", folder.path().toString());
        environment.put("TMPDIR", folder.path().toString());
        try {
            return builder.start();
        } catch (IOException e) {
            throw new ExternalFailureException("it cannot be started: " + e.getMessage(), List.of());
        }
    }

    /** The last lines that it printed, at most so many. */
    List<String> output(int lines) {
        return output.last(lines);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Kills every process of it and removes its folder; returns when they are gone. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
        } catch (IOException ended) {
            // There is no watcher any more.
        }
        // A process that was forked while the others were killed is killed on a later look.
        boolean gone =
                until(Duration.ofMillis(500), () -> session.members().isEmpty()) || until(ENDED_WITHIN, this::killed);
        try {
            process.waitFor(ENDED_WITHIN.toSeconds(), TimeUnit.SECONDS);
            reader.join(ENDED_WITHIN.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        folder.delete();
        if (!gone) {
            throw new ExternalFailureException(
                    "processes " + session.members() + " do not end", output(LINES_IN_ERROR));
        }
    }

    private boolean killed() {
        List<Long> left = session.members();
        left.forEach(member -> ProcessHandle.of(member).ifPresent(ProcessHandle::destroyForcibly));
        return left.isEmpty();
    }

    private static boolean until(Duration limit, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(STEP.toNanos());
        }
        return true;
    }
}
