package throughline.primary;

import java.util.Optional;
import throughline.primary.diagnosis.Verdict.Works;
import throughline.primary.evidence.CaseFile;
import throughline.protocol.replication.Receipt;

/**
 * An attempt that got through.
 *
 * @param receipt the replica's word that everything is applied and forced; absent when only the path was tried
 * @param verdict with what is worth knowing although it works
 */
public record Replicated(Optional<Receipt> receipt, Works verdict, CaseFile caseFile) {}
