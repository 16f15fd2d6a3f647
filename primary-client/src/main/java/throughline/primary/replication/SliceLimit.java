package throughline.primary.replication;

/** How large a slice may become. Goes down where something on the way, or the replica, takes less. */
public final class SliceLimit {
    /** 1 MiB: what takes less takes nothing. */
    public static final long SMALLEST = 1 << 20;

    private long bytes;
    private long accepted;

    public SliceLimit(long bytes) {
        this.bytes = bytes;
        this.accepted = bytes;
    }

    public synchronized long bytes() {
        return bytes;
    }

    /**
     * Slices of this size are refused.
     *
     * @param tried how large the slice was allowed to become
     * @param all how much there is to send at all: no slice can have been larger
     * @return whether smaller ones may be tried: it was halved by now, if not by this call
     */
    public synchronized boolean refused(long tried, long all) {
        boolean smaller = cut(tried, all);
        accepted = bytes;
        return smaller;
    }

    /** A slice of this size was cut in the middle. That may have had another cause, so it holds until a receipt. */
    public synchronized boolean cut(long tried, long all) {
        if (tried > bytes) {
            return true;
        }
        // Half of a limit that nothing reaches would be the same slice once more.
        long largest = Math.min(bytes, all);
        if (largest <= SMALLEST) {
            return false;
        }
        bytes = Math.max(SMALLEST, largest / 2);
        return true;
    }

    /** A change set got through. */
    public synchronized void received() {
        bytes = accepted;
    }
}
