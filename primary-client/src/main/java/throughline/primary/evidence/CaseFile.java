package throughline.primary.evidence;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * All evidence of one attempt: the only input of a diagnosis.
 *
 * @param schema {@link #SCHEMA}; raised when a field changes its meaning, not when kinds of evidence are added
 * @param attempt the attempt identifier that every request carried
 * @param witnesses who was looking
 * @param evidence in the order observed
 */
public record CaseFile(
        int schema,
        String attempt,
        Instant startedAt,
        Duration took,
        Outcome outcome,
        Setup setup,
        Set<Witness> witnesses,
        List<Evidence> evidence) {

    public static final int SCHEMA = 1;

    /** Whether what was asked for was done. */
    public enum Outcome {
        SUCCEEDED,
        FAILED
    }

    public CaseFile {
        witnesses = Set.copyOf(witnesses);
        evidence = List.copyOf(evidence);
    }

    /** The numbers of the connections that there is evidence of, ascending. */
    public Set<Integer> connections() {
        Set<Integer> connections = new TreeSet<>();
        evidence.stream().map(Evidence::connection).filter(number -> number > 0).forEach(connections::add);
        return connections;
    }

    /** The same case with more evidence, as when the replica's own account becomes known later. */
    public CaseFile with(Set<Witness> moreWitnesses, List<? extends Evidence> moreEvidence) {
        Set<Witness> allWitnesses = new TreeSet<>(witnesses);
        allWitnesses.addAll(moreWitnesses);
        List<Evidence> allEvidence = new ArrayList<>(evidence);
        allEvidence.addAll(moreEvidence);
        return new CaseFile(schema, attempt, startedAt, took, outcome, setup, allWitnesses, allEvidence);
    }
}
