package throughline.harness.middlebox.persona;

/** A file that somebody wrote cannot be used; the message names the file, the line, what it says and what is accepted. */
public final class UnusableFileException extends Exception {
    private static final long serialVersionUID = 1;

    UnusableFileException(String sentence) {
        super(sentence);
    }

    static UnusableFileException at(String file, int line, String sentence) {
        return new UnusableFileException(file + ", line " + line + ": " + sentence);
    }
}
