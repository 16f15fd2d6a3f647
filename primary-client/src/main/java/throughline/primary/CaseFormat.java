package throughline.primary;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import throughline.primary.diagnosis.Confidence;
import throughline.primary.diagnosis.Finding;
import throughline.primary.diagnosis.RuleId;
import throughline.primary.diagnosis.Verdict;
import throughline.primary.diagnosis.Verdict.CrashedRule;
import throughline.primary.diagnosis.Verdict.Diagnosed;
import throughline.primary.diagnosis.Verdict.Unexplained;
import throughline.primary.diagnosis.Verdict.Works;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.Phase;
import throughline.protocol.Json;
import throughline.protocol.MalformedMessageException;

/** Case files and verdicts as JSON: {@code case.json} and {@code verdict.json}, whose schemas are in {@code docs/schema}. */
public final class CaseFormat {
    /** Raised when a field of a verdict changes its meaning. */
    public static final int VERDICT_SCHEMA = 1;

    private static final Json JSON = Json.withKinds(Evidence.class, Evidence.KINDS);

    private CaseFormat() {}

    public static String write(CaseFile file) {
        return JSON.pretty(file);
    }

    /** Reads what {@link #write} wrote; a case of a later schema is refused. */
    public static CaseFile read(byte[] json) throws MalformedMessageException {
        CaseFile file = JSON.decode(json, CaseFile.class);
        if (file.schema() != CaseFile.SCHEMA) {
            throw new MalformedMessageException(
                    "case file of schema " + file.schema() + "; accepted is " + CaseFile.SCHEMA);
        }
        return file;
    }

    public static String write(Verdict verdict) {
        return JSON.pretty(document(verdict));
    }

    private static Document document(Verdict verdict) {
        if (verdict instanceof Diagnosed diagnosed) {
            Finding finding = diagnosed.finding();
            return new Document(
                    VERDICT_SCHEMA,
                    "diagnosed",
                    Optional.of(finding.rule()),
                    Optional.of(finding.confidence()),
                    Optional.of(finding.phase()),
                    Optional.of(finding.explanation()),
                    Optional.of(finding.remedy()),
                    pieces(finding.because()),
                    pieces(diagnosed.consequences()),
                    named(diagnosed.alsoPossible()),
                    List.of(),
                    verdict.crashedRules());
        }
        if (verdict instanceof Unexplained unexplained) {
            return without(
                    "unexplained",
                    Optional.of(unexplained.phase()),
                    pieces(unexplained.adverse()),
                    named(unexplained.alsoPossible()),
                    List.of(),
                    verdict);
        }
        Works works = (Works) verdict;
        List<Noted> findings = works.findings().stream()
                .map(finding -> new Noted(
                        finding.rule(),
                        finding.confidence(),
                        finding.phase(),
                        finding.explanation(),
                        finding.remedy(),
                        pieces(finding.because())))
                .toList();
        return without("works", Optional.empty(), List.of(), List.of(), findings, verdict);
    }

    private static Document without(
            String outcome,
            Optional<Phase> phase,
            List<Map<String, Object>> consequences,
            List<Named> alsoPossible,
            List<Noted> findings,
            Verdict verdict) {
        return new Document(
                VERDICT_SCHEMA,
                outcome,
                Optional.empty(),
                Optional.empty(),
                phase,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                consequences,
                alsoPossible,
                findings,
                verdict.crashedRules());
    }

    /** Evidence with its own fields, and with what it says to people, so that a reader needs no table of kinds. */
    private static List<Map<String, Object>> pieces(List<Evidence> evidence) {
        return evidence.stream().map(CaseFormat::piece).toList();
    }

    private static Map<String, Object> piece(Evidence evidence) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("witness", evidence.witness());
        fields.put("kind", evidence.kind());
        fields.put("text", evidence.text());
        fields.putAll(JSON.fields(evidence));
        return fields;
    }

    private static List<Named> named(List<Finding> findings) {
        return findings.stream()
                .map(finding -> new Named(finding.rule(), finding.confidence()))
                .toList();
    }

    private record Named(RuleId rule, Confidence confidence) {}

    private record Noted(
            RuleId rule,
            Confidence confidence,
            Phase phase,
            String explanation,
            String remedy,
            List<Map<String, Object>> because) {}

    private record Document(
            int schema,
            String outcome,
            Optional<RuleId> rule,
            Optional<Confidence> confidence,
            Optional<Phase> phase,
            Optional<String> explanation,
            Optional<String> remedy,
            List<Map<String, Object>> because,
            List<Map<String, Object>> consequences,
            List<Named> alsoPossible,
            List<Noted> findings,
            List<CrashedRule> crashedRules) {}
}
