package throughline.primary.diagnosis;

import java.util.List;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.Phase;

/**
 * What a rule claims.
 *
 * @param explanation what is in the way and how that is known, with the real names filled in
 * @param remedy what to change, where, in which words
 * @param because the evidence it rests on, at least one piece
 */
public record Finding(
        RuleId rule, Phase phase, Confidence confidence, String explanation, String remedy, List<Evidence> because) {

    public Finding {
        if (because.isEmpty()) {
            throw new IllegalArgumentException(rule + " claims something without evidence");
        }
        because = List.copyOf(because);
    }
}
