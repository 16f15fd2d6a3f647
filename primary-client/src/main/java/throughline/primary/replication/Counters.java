package throughline.primary.replication;

import java.util.concurrent.atomic.AtomicLong;

/** What the transfers of a cycle have done so far, together. */
public final class Counters {
    private final Runnable told;
    private final AtomicLong looked = new AtomicLong();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong zeros = new AtomicLong();
    private final AtomicLong saved = new AtomicLong();

    /**
     * All zero.
     *
     * @param told whenever some more of a disk was dealt with, by the thread that did it
     */
    public Counters(Runnable told) {
        this.told = told;
    }

    /**
     * How far it is now.
     *
     * @param changed bytes of disk in all
     */
    public CycleProgress progress(long changed) {
        return new CycleProgress(changed, looked.get(), sent.get(), zeros.get(), saved.get());
    }

    void looked(long bytes) {
        looked.addAndGet(bytes);
        told.run();
    }

    void sent(long bytes) {
        sent.addAndGet(bytes);
    }

    void zeros(long bytes) {
        zeros.addAndGet(bytes);
    }

    void saved(long bytes) {
        saved.addAndGet(bytes);
    }
}
