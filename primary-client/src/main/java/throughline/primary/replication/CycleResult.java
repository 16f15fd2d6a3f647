package throughline.primary.replication;

import java.time.Duration;
import throughline.primary.diagnosis.Verdict.Works;
import throughline.primary.evidence.CaseFile;
import throughline.protocol.replication.Receipt;

/**
 * A cycle that got through.
 *
 * @param receipt the replica's word that everything is applied and forced
 * @param progress how much it was
 * @param retries attempts that failed before the one that did it
 * @param took retries and waits included
 * @param verdict with what is worth knowing although it works
 * @param caseFile of the last attempt
 */
public record CycleResult(
        Receipt receipt, CycleProgress progress, int retries, Duration took, Works verdict, CaseFile caseFile) {}
