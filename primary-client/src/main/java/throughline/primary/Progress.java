package throughline.primary;

/** Is told how far a transfer is. Called from the sending thread, so it must be quick. */
@FunctionalInterface
public interface Progress {

    /**
     * Some more was sent.
     *
     * @param sent bytes of disk content handed to the connection so far
     * @param total bytes of disk content in all
     */
    void sent(long sent, long total);

    static Progress none() {
        return (sent, total) -> {};
    }
}
