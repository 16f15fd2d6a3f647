package throughline.primary.evidence;

import java.time.Duration;
import java.util.Map;

/**
 * One immutable fact from one witness. The alternatives are grouped by what they are about: the way there, TLS, the
 * exchanges, what the replica and a control say.
 */
public sealed interface Evidence permits PathEvidence, TlsEvidence, ExchangeEvidence, ReplicaEvidence {

    /** The name of each alternative in a case file. The list only grows; a name never changes its meaning. */
    Map<String, Class<? extends Evidence>> KINDS = EvidenceKinds.all();

    /**
     * Which of the attempt's connections it belongs to, from 1 in the order in which they were opened; 0 where it
     * belongs to the attempt as a whole.
     */
    int connection();

    /** When it was observed, since the attempt began. Negative for the past of a connection that was kept open. */
    Duration after();

    Witness witness();

    Phase phase();

    /** One sentence for people. */
    String text();

    /** Whether it speaks against success: a failure, a refusal, somebody else's answer. */
    default boolean adverse() {
        return false;
    }

    /** Its name in a case file. */
    default String kind() {
        return EvidenceKinds.nameOf(getClass());
    }
}
