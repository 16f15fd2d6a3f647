package throughline.primary.replication;

import java.io.IOException;
import java.time.Duration;
import throughline.primary.diagnosis.Verdict;
import throughline.primary.evidence.CaseFile;

/** Is told how a replication goes on. Called from its threads, so it must be quick. */
public interface ReplicationListener {

    /** Some more was dealt with. */
    default void progress(CycleProgress progress) {}

    /** A slice did not get through for its size, or was cut: later ones are at most so large. */
    default void slicesBecomeSmaller(long bytes) {}

    /** An attempt failed in a way that time can mend; the next begins after the wait. */
    default void retrying(Verdict verdict, Duration wait) {}

    /** A cycle has its receipt. */
    default void done(CycleResult result) {}

    /** A cycle that was begun by the interval failed. The next one is tried all the same. */
    default void failed(Verdict verdict, CaseFile caseFile) {}

    /** A disk could not be read; nothing is then wrong with the path. */
    default void diskFailed(IOException thrown) {}

    /**
     * A cycle that was begun by the interval ended in a way that it should not: the client is closed, a disk is frozen by
     * somebody else, or there is a defect. The next one is tried all the same.
     */
    default void broken(RuntimeException thrown) {}

    /** Another primary has taken the machine over: no further cycle is run. */
    default void fenced() {}

    static ReplicationListener none() {
        return new ReplicationListener() {};
    }
}
