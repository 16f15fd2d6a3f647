package throughline.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PasswordTest {
    @TempDir
    Path folder;

    static Stream<Arguments> readable() {
        return Stream.of(
                Arguments.of("secret", "secret"),
                Arguments.of("secret\n", "secret"),
                Arguments.of("secret\r\nnext line", "secret"),
                Arguments.of(" with spaces \n", " with spaces "),
                Arguments.of("größe\n", "größe"),
                Arguments.of("x".repeat(1024) + "\n", "x".repeat(1024)),
                Arguments.of("secret\n" + "more ".repeat(1000), "secret"));
    }

    @ParameterizedTest
    @MethodSource("readable")
    void theFirstLineIsThePassword(String content, String expected) throws Exception {
        try (Password password = Password.fromFile(file(content.getBytes(StandardCharsets.UTF_8)))) {
            assertThat(password.characters()).containsExactly(expected.toCharArray());
        }
    }

    static Stream<Arguments> unusable() {
        byte[] latin1 = "gr\u00F6\u00DFe".getBytes(StandardCharsets.ISO_8859_1);
        return Stream.of(
                Arguments.of(new byte[0], "The first line is empty; the password is expected there."),
                Arguments.of(
                        "\nsecret".getBytes(StandardCharsets.UTF_8),
                        "The first line is empty; the password is expected there."),
                Arguments.of(
                        "x".repeat(1025).getBytes(StandardCharsets.UTF_8),
                        "The first line is longer than 1024 bytes, which no password may be."),
                Arguments.of(latin1, "The first line is not UTF-8 text."));
    }

    @ParameterizedTest
    @MethodSource("unusable")
    void aFileWithoutPasswordIsOneSentence(byte[] content, String sentence) throws Exception {
        Path file = file(content);

        assertThatThrownBy(() -> Password.fromFile(file))
                .isInstanceOf(UnusableIdentityException.class)
                .hasMessage(file + ": " + sentence);
    }

    @Test
    void aMissingFileIsOneSentence() {
        assertThatThrownBy(() -> Password.fromFile(folder.resolve("missing")))
                .isInstanceOf(UnusableIdentityException.class)
                .hasMessage(folder.resolve("missing") + ": There is no such file.");
    }

    @Test
    void theEnvironmentMayHoldIt() {
        assertThat(Password.fromEnvironment(Map.of("THROUGHLINE_PASSWORD", "secret"))
                        .orElseThrow()
                        .characters())
                .containsExactly("secret".toCharArray());
        assertThat(Password.fromEnvironment(Map.of("THROUGHLINE_PASSWORD", ""))).isEmpty();
        assertThat(Password.fromEnvironment(Map.of("PASSWORD", "secret"))).isEmpty();
    }

    @Test
    void itsTextDoesNotShowIt() {
        assertThat(Password.of("secret".toCharArray()).toString()).isEqualTo("Password");
    }

    @Test
    void itIsGoneAfterClose() {
        Password password = Password.of("secret".toCharArray());
        password.close();

        assertThatThrownBy(password::characters)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The password is closed.");
    }

    private Path file(byte[] content) throws IOException {
        return Files.write(folder.resolve("password"), content);
    }
}
