package throughline.primary;

import throughline.primary.diagnosis.Verdict;
import throughline.primary.diagnosis.Verdict.Diagnosed;
import throughline.primary.diagnosis.Verdict.Unexplained;
import throughline.primary.evidence.CaseFile;

/**
 * An attempt failed. Carries why, as far as the evidence tells, and the evidence itself. The cause is the exception a plain
 * client would have thrown.
 */
public final class ReplicationFailed extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Verdict verdict;
    private final transient CaseFile caseFile;

    public ReplicationFailed(Verdict verdict, CaseFile caseFile, Throwable cause) {
        super(message(verdict), cause);
        this.verdict = verdict;
        this.caseFile = caseFile;
    }

    public Verdict verdict() {
        return verdict;
    }

    public CaseFile caseFile() {
        return caseFile;
    }

    private static String message(Verdict verdict) {
        if (verdict instanceof Diagnosed diagnosed) {
            return diagnosed.finding().rule() + ": " + diagnosed.finding().explanation() + " "
                    + diagnosed.finding().remedy();
        }
        return verdict instanceof Unexplained unexplained
                ? "unexplained failure at " + unexplained.phase().label()
                : "failed after it had worked";
    }
}
