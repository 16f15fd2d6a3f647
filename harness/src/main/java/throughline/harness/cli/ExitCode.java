package throughline.harness.cli;

/** The exit codes, the same for every command. */
enum ExitCode {
    /** As asked, or as expected. */
    OK(0),
    /** A negative answer: surprising cells, a diagnosed failure. */
    NEGATIVE(1),
    /** Wrong usage or bad input; nothing was done. */
    USAGE(2),
    /** A failure of our own. */
    FAILURE(3),
    /** It failed and no rule says why. */
    UNEXPLAINED(4);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
