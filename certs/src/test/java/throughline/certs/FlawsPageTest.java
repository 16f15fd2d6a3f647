package throughline.certs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/flaws.md} lists the flaws of the code and the answers of the table. Run with
 * {@code -Dthroughline.docs=write} to bring it up to date.
 */
class FlawsPageTest {
    private static final boolean WRITE = "write".equals(System.getProperty("throughline.docs"));
    private static final Path PAGE = Path.of("../docs/flaws.md");
    private static final String OPEN = "<!-- flaws -->\n";
    private static final String CLOSE = "<!-- /flaws -->";

    @Test
    void thePageIsWhatCodeAndTableSay() throws IOException {
        String text = Files.readString(PAGE);
        int start = text.indexOf(OPEN) + OPEN.length();
        int end = text.indexOf(CLOSE);
        String expected = summary() + sections();
        if (WRITE) {
            Files.writeString(PAGE, text.substring(0, start) + expected + text.substring(end));
        } else {
            assertThat(text.substring(start, end)).isEqualTo(expected);
        }
    }

    private static String summary() throws IOException {
        StringBuilder rows = new StringBuilder("| flaw | of | JSSE | OpenSSL |\n|---|---|---|---|\n");
        for (Flaw flaw : Flaw.values()) {
            List<FlawAnswers> answers = answers(flaw);
            rows.append("| [`%s`](#%s) | %s | %s | %s |\n"
                    .formatted(
                            flaw.id(),
                            flaw.id(),
                            answers.stream().map(FlawAnswers::endName).collect(Collectors.joining(", ")),
                            verdict(answers, FlawAnswers::jsse25),
                            verdict(answers, FlawAnswers::opensslHandshake)));
        }
        return rows.append('\n').toString();
    }

    /** In a handshake; both ends' where they differ. */
    private static String verdict(List<FlawAnswers> answers, Function<FlawAnswers, String> answer) {
        List<String> verdicts = answers.stream()
                .map(answer)
                .map(text -> text.equals("accepted") ? "accepts" : "refuses")
                .toList();
        return verdicts.stream().distinct().count() == 1
                ? verdicts.get(0)
                : answers.stream()
                        .map(row -> (answer.apply(row).equals("accepted") ? "accepts" : "refuses") + " a "
                                + row.endName() + "'s")
                        .collect(Collectors.joining(", "));
    }

    private static String sections() throws IOException {
        StringBuilder text = new StringBuilder();
        for (Flaw flaw : Flaw.values()) {
            text.append(section(flaw, answers(flaw)));
        }
        return text.toString();
    }

    private static String section(Flaw flaw, List<FlawAnswers> answers) {
        List<String> lines = new ArrayList<>();
        lines.add("### " + flaw.id());
        lines.add("");
        lines.add(flaw.description() + " (" + flaw.clause() + ")");
        lines.add("");
        lines.add("| | " + answers.stream().map(FlawAnswers::endName).collect(Collectors.joining(" | ")) + " |");
        lines.add("|---|" + "---|".repeat(answers.size()));
        if (answers.stream().allMatch(row -> row.jsse17().equals(row.jsse25()))) {
            lines.add(row("JSSE 17 and 25", answers, FlawAnswers::jsse17));
        } else {
            lines.add(row("JSSE 17", answers, FlawAnswers::jsse17));
            lines.add(row("JSSE 25", answers, FlawAnswers::jsse25));
        }
        lines.add(row("`openssl verify`", answers, FlawAnswers::opensslVerify));
        lines.add("| " + answers.stream().map(FlawsPageTest::command).collect(Collectors.joining(", ")) + " | "
                + cells(answers, FlawAnswers::opensslHandshake) + " |");
        lines.add("");
        note(answers).ifPresent(note -> {
            lines.add(note);
            lines.add("");
        });
        return String.join("\n", lines) + "\n";
    }

    private static String row(String peer, List<FlawAnswers> answers, Function<FlawAnswers, String> answer) {
        return "| " + peer + " | " + cells(answers, answer) + " |";
    }

    private static String cells(List<FlawAnswers> answers, Function<FlawAnswers, String> answer) {
        return answers.stream().map(answer).collect(Collectors.joining(" | "));
    }

    private static String command(FlawAnswers row) {
        return switch (row.end()) {
            case SERVER -> "`s_client`";
            case CLIENT -> "`s_server`";
        };
    }

    private static Optional<String> note(List<FlawAnswers> answers) {
        return answers.stream()
                .map(FlawAnswers::note)
                .filter(note -> !note.isEmpty())
                .findFirst();
    }

    private static List<FlawAnswers> answers(Flaw flaw) throws IOException {
        return FlawAnswers.read().stream().filter(row -> row.flaw() == flaw).toList();
    }
}
