package throughline.harness;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import throughline.harness.cli.PrintedCommand;

/** What a run writes is what the schemas in docs/schema describe. */
class SchemaTest {
    private static final Path SCHEMAS = Path.of("../docs/schema");

    @TempDir
    static Path folder;

    /** One path that works, one that does not, every kind of certificate. */
    @BeforeAll
    static void run() {
        PrintedCommand.of(
                "matrix", "--topology", "relay,inspector-trusted", "--tls", "1.2,1.3", "--out", folder.toString());
    }

    @Test
    void runJsonFitsItsSchema() throws IOException {
        assertThat(errors("run", Files.readString(folder.resolve("run.json")))).isEmpty();
    }

    @Test
    void everyCaseAndVerdictFitsItsSchema() throws IOException {
        for (String name : List.of("case", "verdict")) {
            List<Path> files = files(name + ".json");
            assertThat(files).hasSize(48);
            for (Path file : files) {
                assertThat(errors(name, Files.readString(file)))
                        .as(file.toString())
                        .isEmpty();
            }
        }
    }

    @Test
    void theSchemasRefuseWhatIsWrong() throws IOException {
        String run = Files.readString(folder.resolve("run.json"));

        assertThat(errors("run", run.replace("\"as-expected\"", "\"fine\""))).isNotEmpty();
        assertThat(errors("run", "{}")).isNotEmpty();
        assertThat(errors("case", "{}")).isNotEmpty();
        assertThat(errors("verdict", "{}")).isNotEmpty();
    }

    private static List<String> errors(String name, String json) throws IOException {
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(SCHEMAS.resolve(name + ".schema.json")));
        return schema.validate(json, InputFormat.JSON).stream()
                .map(Object::toString)
                .toList();
    }

    private static List<Path> files(String name) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().equals(name))
                    .toList();
        }
    }
}
