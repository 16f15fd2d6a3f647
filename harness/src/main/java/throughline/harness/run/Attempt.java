package throughline.harness.run;

import java.util.Optional;
import throughline.primary.diagnosis.Diagnostician;
import throughline.primary.diagnosis.Verdict;
import throughline.primary.diagnosis.rules.Rules;
import throughline.primary.evidence.CaseFile;
import throughline.protocol.replication.Receipt;

/**
 * What came of one attempt in a testbed. The case file holds the replica's account too: in a testbed everything the replica
 * saw belongs to the attempt.
 *
 * @param thrown what a plain client would have thrown; absent on success
 * @param path whether the traffic took the way that the topology describes
 */
public record Attempt(
        Verdict verdict, CaseFile caseFile, Optional<Receipt> receipt, Optional<Throwable> thrown, PathCheck path) {

    static Attempt of(Testbed bed, CaseFile file, Optional<Receipt> receipt, Optional<Throwable> thrown) {
        CaseFile joined = ReplicaAccount.join(bed, file);
        Verdict verdict = new Diagnostician(Rules.all()).diagnose(joined);
        return new Attempt(verdict, joined, receipt, thrown, PathCheck.of(bed, joined, receipt));
    }
}
