package throughline.primary.diagnosis;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.ReplicaEvidence.AccountGiven;
import throughline.primary.evidence.ReplicaEvidence.OtherConnectionSeen;
import throughline.primary.evidence.ReplicaEvidence.ViewReceived;
import throughline.primary.evidence.Setup;
import throughline.primary.evidence.Witness;

/** Cases that lack some of their witnesses. */
final class Missing {
    private Missing() {}

    /** What a case may have to do without. */
    enum Source {
        PIN,
        ACCOUNT,
        VIEW,
        CONTROL,
        KEY_MANAGER,
        TRUST_MANAGER,
        NAME_CHECK,
        SOCKET_TAP,
        CALL_EVENTS;

        boolean gave(Evidence piece) {
            return switch (this) {
                case PIN -> false;
                case ACCOUNT -> piece instanceof AccountGiven || piece instanceof OtherConnectionSeen;
                case VIEW -> piece instanceof ViewReceived;
                case CONTROL, KEY_MANAGER, TRUST_MANAGER, NAME_CHECK, SOCKET_TAP, CALL_EVENTS ->
                    piece.witness() == Witness.valueOf(name());
            };
        }
    }

    /** From none to all of them. */
    static List<Set<Source>> everyCombination() {
        List<Set<Source>> combinations = new ArrayList<>();
        combinations.add(EnumSet.noneOf(Source.class));
        for (Source source : Source.values()) {
            for (Set<Source> without : List.copyOf(combinations)) {
                Set<Source> with = EnumSet.of(source);
                with.addAll(without);
                combinations.add(with);
            }
        }
        return combinations;
    }

    /** The case as it would be if these had not been there. */
    static CaseFile strip(CaseFile file, Set<Source> missing) {
        Predicate<Evidence> left = piece -> missing.stream().noneMatch(source -> source.gave(piece));
        Set<Witness> witnesses = EnumSet.noneOf(Witness.class);
        file.witnesses().stream()
                .filter(witness ->
                        missing.stream().noneMatch(source -> source.name().equals(witness.name())))
                .forEach(witnesses::add);
        List<Evidence> evidence = file.evidence().stream().filter(left).toList();
        if (evidence.stream().noneMatch(piece -> piece.witness() == Witness.REPLICA)) {
            witnesses.remove(Witness.REPLICA);
        }
        return new CaseFile(
                file.schema(),
                file.attempt(),
                file.startedAt(),
                file.took(),
                file.outcome(),
                missing.contains(Source.PIN) ? withoutPins(file.setup()) : file.setup(),
                witnesses,
                evidence);
    }

    private static Setup withoutPins(Setup setup) {
        return new Setup(
                setup.host(),
                setup.port(),
                setup.proxy(),
                setup.proxyCredentials(),
                setup.identity(),
                setup.trusted(),
                List.of(),
                setup.tlsVersions(),
                setup.httpVersions(),
                setup.runtime());
    }
}
