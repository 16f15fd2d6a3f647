package throughline.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.harness.cli.PrintedCommand;
import throughline.harness.middlebox.persona.PersonaKey;
import throughline.harness.middlebox.persona.Personas;
import throughline.harness.topology.Topologies;
import throughline.harness.topology.TopologyGroup;
import throughline.primary.diagnosis.Rule;
import throughline.primary.diagnosis.RuleId;
import throughline.primary.diagnosis.rules.Rules;

/**
 * What the documentation shows is what the code does. Run with {@code -Dthroughline.docs=write} to bring the generated
 * parts up to date.
 */
class DocumentationTest {
    private static final boolean WRITE = "write".equals(System.getProperty("throughline.docs"));
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path README = ROOT.resolve("README.md");
    private static final List<String> SHOWN = List.of(
            "direct",
            "relay",
            "tunnel",
            "socks",
            "inspector-trusted",
            "inspector-hanging",
            "inspector-exempt",
            "captive-portal");
    private static final Path RULES = ROOT.resolve("docs/rules");

    @Test
    void theReadmeShowsTheRegressionTestThatIsRun() throws IOException {
        String source = Files.readString(Path.of("src/test/java/throughline/harness/run/RegressionExampleTest.java"));
        String example = source.substring(
                source.indexOf("// tag::readme[]\n") + "// tag::readme[]\n".length(),
                source.indexOf("// end::readme[]"));

        assertSection(README, "example", "```java\n" + example + "```", Function.identity());
    }

    @Test
    void theReadmeShowsWhatTheDemoPrints() throws IOException {
        assertSection(
                README, "demo", "```\n" + PrintedCommand.of("demo") + "```", DocumentationTest::withoutMeasurements);
    }

    @Test
    void theReadmeShowsWhatTheMatrixPrints() throws IOException {
        Path folder = Files.createTempDirectory("throughline-docs-");
        String printed = PrintedCommand.of(
                        "matrix", "--topology", String.join(",", SHOWN), "--http", "h2", "--out", folder.toString())
                .replace(folder.toString(), "DIR");

        assertSection(README, "matrix", "```\n" + printed + "```", DocumentationTest::withoutMeasurements);
    }

    @Test
    void theReadmeListsTheGroupsOfTopologies() throws IOException {
        String rows = Arrays.stream(TopologyGroup.values())
                .map(group -> "| `" + group.id() + "` | " + Topologies.of(group).size() + " | " + group.title() + " |")
                .collect(Collectors.joining("\n"));

        assertSection(
                README,
                "topologies",
                "| group | topologies | what is between |\n|---|---|---|\n" + rows,
                Function.identity());
    }

    @ParameterizedTest
    @EnumSource(TopologyGroup.class)
    void aPageListsTheTopologies(TopologyGroup group) throws IOException {
        String rows = Topologies.of(group).stream()
                .map(topology -> "| `" + topology.id() + "` | " + topology.title() + " |")
                .collect(Collectors.joining("\n"));

        assertSection(
                ROOT.resolve("docs/topologies.md"),
                group.id(),
                "| topology | what is between |\n|---|---|\n" + rows,
                Function.identity());
    }

    @Test
    void aPageListsThePersonasAndWhatTheySay() throws IOException {
        Path page = ROOT.resolve("docs/personas.md");
        String personas = Personas.shipped().stream()
                .map(persona -> "| `" + persona.name() + "` | " + persona.box().id() + " | " + persona.title() + " |")
                .collect(Collectors.joining("\n"));
        String keys = PersonaKey.all().stream()
                .map(key -> "| `" + key.word() + "` | " + key.form() + " | " + key.title()
                        + (key.repeatable() ? "; may be said several times" : "") + " |")
                .collect(Collectors.joining("\n"));

        assertSection(
                page, "personas", "| persona | box | behaves as |\n|---|---|---|\n" + personas, Function.identity());
        assertSection(page, "keys", "| key | value | meaning |\n|---|---|---|\n" + keys, Function.identity());
    }

    @Test
    void theListOfRulesIsTheCodes() throws IOException {
        String rows = Rules.all().stream().map(DocumentationTest::row).collect(Collectors.joining("\n"));

        assertSection(
                RULES.resolve("README.md"),
                "rules",
                "| rule | says | phase | weaker form of |\n|---|---|---|---|\n" + rows,
                Function.identity());
    }

    static List<Rule> rules() {
        return Rules.all();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void everyRuleHasAPage(Rule rule) throws IOException {
        assertThat(Files.readString(RULES.resolve(rule.id() + ".md"))).startsWith("# " + rule.id());
    }

    @Test
    void noPageIsLeftOfARuleThatIsGone() throws IOException {
        try (Stream<Path> pages = Files.list(RULES)) {
            assertThat(pages.map(page -> page.getFileName().toString().replace(".md", ""))
                            .filter(name -> !name.equals("README")))
                    .containsExactlyInAnyOrderElementsOf(Rules.all().stream()
                            .map(rule -> rule.id().toString())
                            .toList());
        }
    }

    private static String row(Rule rule) {
        String weaker = rule.generalises().stream()
                .map(RuleId::toString)
                .sorted()
                .map(id -> "[" + id + "](" + id + ".md)")
                .collect(Collectors.joining(", "));
        return "| [" + rule.id() + "](" + rule.id() + ".md) | " + rule.title() + " | "
                + rule.phase().label() + " | " + (weaker.isEmpty() ? "—" : weaker) + " |";
    }

    private static void assertSection(Path file, String name, String expected, Function<String, String> compared)
            throws IOException {
        String open = "<!-- " + name + " -->\n";
        String close = "\n<!-- /" + name + " -->";
        String text = Files.readString(file);
        int start = text.indexOf(open) + open.length();
        int end = text.indexOf(close, start - 1);
        String shown = text.substring(start, Math.max(start, end));
        if (WRITE && !compared.apply(shown).equals(compared.apply(expected))) {
            Files.writeString(file, text.substring(0, start) + expected + text.substring(end));
        } else {
            assertThat(compared.apply(shown)).isEqualTo(compared.apply(expected));
        }
    }

    /** Ports, times and the kind of image differ from run to run; line breaks move with their length. */
    private static String withoutMeasurements(String text) {
        return text.replaceAll("an ext4 file system of 64 MiB|a generated image of 64 MiB \\([^)]*\\)", "an image")
                .replaceAll("on Java \\S+", "on Java 0")
                .replaceAll("[0-9]+(\\.[0-9]+)?", "0")
                .replaceAll("\\s+", " ");
    }
}
