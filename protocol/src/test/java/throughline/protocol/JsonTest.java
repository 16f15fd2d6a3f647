package throughline.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.protocol.ConnectionView.CertificateOutcome;
import throughline.protocol.replication.DeclaredDisk;

class JsonTest {
    sealed interface Shape permits Circle, Dot {}

    record Circle(double radius) implements Shape {}

    record Dot(DiskName name, Optional<String> colour) implements Shape {}

    record Drawing(List<Shape> shapes, Instant at, Duration took, CertificateOutcome outcome) {}

    private static final Json SHAPES = Json.withKinds(Shape.class, Map.of("circle", Circle.class, "dot", Dot.class));

    @Test
    void writesKindsInstantsDurationsAndConstantsAsText() {
        Drawing drawing = new Drawing(
                List.of(new Dot(new DiskName("a"), Optional.empty())),
                Instant.parse("2026-11-22T10:00:00Z"),
                Duration.ofMillis(1500),
                CertificateOutcome.NONE_SENT);

        assertThat(new String(SHAPES.encode(drawing), UTF_8)).isEqualTo("""
                        {"shapes":[{"kind":"dot","name":"a"}],"at":"2026-11-22T10:00:00Z","took":"PT1.5S","outcome":"none-sent"}""");
    }

    @Test
    void readsWhatItWrote() throws Exception {
        Drawing drawing = new Drawing(
                List.of(new Circle(1.5), new Dot(new DiskName("b"), Optional.of("red"))),
                Instant.parse("2026-11-22T10:00:00.123Z"),
                Duration.ofNanos(7),
                CertificateOutcome.ACCEPTED);

        assertThat(SHAPES.decode(SHAPES.encode(drawing), Drawing.class)).isEqualTo(drawing);
    }

    @Test
    void ignoresFieldsOfANewerSender() throws Exception {
        byte[] newer = "{\"size\": 5, \"epoch\": 1, \"colour\": \"red\"}".getBytes(UTF_8);

        assertThat(Json.plain().decode(newer, DiskDeclaration.class)).isEqualTo(new DiskDeclaration(5, 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{",
                "{\"nonce\": \"a\"}",
                "{\"nonce\": null, \"software\": \"x\"}",
                "{\"nonce\": \"a\", \"software\": \"x\"} trailing",
                "{\"nonce\": \"a\", \"nonce\": \"b\", \"software\": \"x\"}",
                "{\"nonce\": {\"a\": 1}, \"software\": \"x\"}"
            })
    void refusesWhatIsNotTheMessage(String text) {
        assertThatThrownBy(() -> Json.plain().decode(text.getBytes(UTF_8), Announcement.class))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("Announcement");
    }

    @Test
    void refusesADiskNameThatWouldLeaveItsFolder() {
        assertThatThrownBy(
                        () -> Json.plain().decode("{\"disk\":\"../x\",\"size\":1}".getBytes(UTF_8), DeclaredDisk.class))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("../x");
    }

    @Test
    void refusesNestingBeyondItsLimit() {
        String deep = "[".repeat(100) + "]".repeat(100);

        assertThatThrownBy(() -> Json.plain().decode(deep.getBytes(UTF_8), Object[].class))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("depth");
    }
}
