package throughline.harness.lab;

import java.util.List;

/** Runs programs of the system. */
interface Commands {
    /** What the exit code is when there is no such program, as in a shell. */
    int NOT_FOUND = 127;

    /**
     * What a program came to.
     *
     * @param said standard output and errors in the order of their coming, stripped
     */
    record Outcome(int exitCode, String said) {
        boolean good() {
            return exitCode == 0;
        }
    }

    boolean has(String program);

    /** Runs a program to its end, in the network namespace of the calling thread. */
    Outcome run(List<String> command, String input);

    default Outcome run(List<String> command) {
        return run(command, "");
    }
}
