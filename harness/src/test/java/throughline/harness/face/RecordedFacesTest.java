package throughline.harness.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordedFacesTest {
    private static final Path FILE = Path.of("src/main/resources/throughline/harness/face/faces.tsv");

    @Test
    void theFileIsSortedAndAsItWouldBeWritten() throws IOException {
        assertThat(RecordedFaces.read().text()).isEqualTo(Files.readString(FILE));
    }

    @Test
    void noSituationIsRecordedTwiceFromOneSource() {
        assertThat(RecordedFaces.read().rows())
                .extracting(
                        row -> row.of().situation() + " " + row.of().source().replaceAll("^[a-d]\\d?-.*", "trial"))
                .doesNotHaveDuplicates();
    }

    @Test
    void aFieldThatNobodyLookedAtIsNoDifference() {
        Face squid = RecordedFaces.read().of("squid bump aborts TLSv1.3 none").orElseThrow();

        assertThat(squid.of(FaceField.ANSWER)).contains("502");
        assertThat(squid.differencesFrom(new Face(Map.of(FaceField.ANSWER, "200"))))
                .containsExactly(new FaceDifference(FaceField.ANSWER, "502", "200"));
    }

    @ParameterizedTest
    @CsvSource({"1, ABORTS, 'replica \"ABORTS\"'", "1, aborts, 'has 6 cells'"})
    void aRowWithAMistakeIsRefusedWithItsLine(int line, String manner, String complaint) throws IOException {
        String heading = Files.readAllLines(FILE).get(0);
        String cells = complaint.contains("cells") ? "" : "\t?".repeat(FaceField.values().length);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> RecordedFaces.parse(
                        List.of(heading, "squid 5.7\tbump\t" + manner + "\tTLSv1.3\tnone\ttrial" + cells)))
                .withMessageContaining("line " + (line + 1))
                .withMessageContaining(complaint);
    }

    @Test
    void aFileWithOtherColumnsIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RecordedFaces.parse(List.of("product\tversion")))
                .withMessageContaining("line 1");
    }
}
