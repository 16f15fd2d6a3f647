package throughline.harness.report;

import java.util.List;
import java.util.Locale;
import throughline.primary.diagnosis.Confidence;
import throughline.primary.diagnosis.Finding;
import throughline.primary.diagnosis.Verdict;
import throughline.primary.diagnosis.Verdict.Diagnosed;
import throughline.primary.diagnosis.Verdict.Unexplained;
import throughline.primary.diagnosis.Verdict.Works;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.Witness;

/** A verdict for people: the cause first, then how it is known, then what to change. */
public final class VerdictText {
    private static final int WIDTH = 100;
    private static final int WITNESS_COLUMN = 15;

    private final Style style;

    public VerdictText(Style style) {
        this.style = style;
    }

    /** Several lines, ending with a line feed. */
    public String of(Verdict verdict) {
        StringBuilder text = new StringBuilder();
        if (verdict instanceof Diagnosed diagnosed) {
            diagnosed(text, diagnosed);
        } else if (verdict instanceof Unexplained unexplained) {
            unexplained(text, unexplained);
        } else if (verdict instanceof Works works) {
            works(text, works);
        }
        verdict.crashedRules()
                .forEach(crashed -> text.append(style.bad(
                                "The rule " + crashed.rule() + " failed while examining: " + crashed.failure()))
                        .append('\n'));
        return text.toString();
    }

    private void diagnosed(StringBuilder text, Diagnosed diagnosed) {
        Finding finding = diagnosed.finding();
        text.append(style.bad("✗ " + style.bold(finding.rule().toString())))
                .append(" (" + words(finding.confidence()) + ") at "
                        + finding.phase().label())
                .append("\n\n")
                .append(Wrap.indented(finding.explanation(), "  ", WIDTH));
        evidence(text, "How we know", finding.because());
        evidence(text, "What followed from it", diagnosed.consequences());
        text.append('\n').append("  " + style.bold("What to change")).append('\n');
        text.append(style.good(Wrap.indented(finding.remedy(), "    ", WIDTH)));
        alsoPossible(text, diagnosed.alsoPossible());
        text.append('\n')
                .append(style.faint("  docs/rules/" + finding.rule() + ".md"))
                .append('\n');
    }

    private void unexplained(StringBuilder text, Unexplained unexplained) {
        text.append(style.bad("✗ unexplained"))
                .append(" at " + unexplained.phase().label())
                .append("\n\n")
                .append(Wrap.indented(
                        (unexplained.alsoPossible().isEmpty()
                                        ? "It failed, and no rule says why. That is a gap in the rules."
                                        : "It failed, and what was seen does not settle why.")
                                + " What was seen is below, and in the case file (--case FILE).",
                        "  ",
                        WIDTH));
        evidence(text, "What was seen", unexplained.adverse());
        possible(text, unexplained.alsoPossible());
    }

    /** Nobody has a better idea, so what to do about each is said, too. */
    private void possible(StringBuilder text, List<Finding> findings) {
        for (Finding finding : findings) {
            text.append('\n')
                    .append("  Possible: " + style.bold(finding.rule().toString()))
                    .append('\n')
                    .append(Wrap.indented(finding.explanation(), "    ", WIDTH))
                    .append(style.good(Wrap.indented(finding.remedy(), "    ", WIDTH)));
        }
    }

    private void works(StringBuilder text, Works works) {
        text.append(style.good("✓ works")).append('\n');
        for (Finding finding : works.findings()) {
            text.append('\n')
                    .append("  Worth knowing: " + style.bold(finding.rule().toString()) + " ("
                            + words(finding.confidence()) + ")")
                    .append('\n')
                    .append(Wrap.indented(finding.explanation(), "    ", WIDTH))
                    .append(Wrap.indented(finding.remedy(), "    ", WIDTH));
        }
    }

    private void evidence(StringBuilder text, String heading, List<Evidence> pieces) {
        if (pieces.isEmpty()) {
            return;
        }
        text.append('\n').append("  " + style.bold(heading)).append('\n');
        for (Evidence piece : pieces) {
            List<String> lines = Wrap.words(piece.text(), WIDTH - 4 - WITNESS_COLUMN);
            for (int i = 0; i < lines.size(); i++) {
                String witness = i == 0 ? words(piece.witness()) : "";
                text.append("    " + style.faint(pad(witness)) + lines.get(i)).append('\n');
            }
        }
    }

    private void alsoPossible(StringBuilder text, List<Finding> findings) {
        if (findings.isEmpty()) {
            return;
        }
        text.append('\n').append("  " + style.bold("Also possible")).append('\n');
        findings.forEach(finding -> text.append(Wrap.indented(
                finding.rule() + " (" + words(finding.confidence()) + "): " + finding.explanation(), "    ", WIDTH)));
    }

    private static String pad(String witness) {
        return witness + " ".repeat(Math.max(1, WITNESS_COLUMN - witness.length()));
    }

    private static String words(Witness witness) {
        return witness.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String words(Confidence confidence) {
        return confidence.name().toLowerCase(Locale.ROOT);
    }
}
