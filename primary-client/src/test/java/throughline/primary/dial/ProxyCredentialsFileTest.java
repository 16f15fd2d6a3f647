package throughline.primary.dial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyCredentialsFileTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "machine proxy.test login a password b                                  | a:b",
                "machine proxy.test;login a;password b                                  | a:b",
                "machine PROXY.test password b login a account x                        | a:b",
                "machine other.test login c password d;machine proxy.test login a password b | a:b",
                "default login c password d                                             | c:d",
                "machine proxy.test login a password b;default login c password d       | a:b",
                "machine proxy.test login a;default login c password d                  | none",
                "machine other.test login a password b                                  | none",
                "# machine proxy.test login c password d;machine proxy.test login a password b | a:b",
                "macdef m;machine proxy.test login c password d;;machine proxy.test login a password b | a:b",
                "machine                                                                | none",
                "machine proxy.test login                                               | none",
                "machine proxy.test password #b login a                                 | a:#b",
            })
    void aNetrcIsRead(String text, String expected) throws IOException {
        Path file = Files.writeString(folder.resolve("netrc"), text.replace(';', '\n'));

        assertThat(shown(ProxyCredentialsFile.netrc(file, "proxy.test"))).isEqualTo(expected);
    }

    @Test
    void aNetrcThatIsMissingIsEmpty() {
        assertThat(shown(ProxyCredentialsFile.netrc(folder.resolve("none"), "proxy.test")))
                .isEqualTo("none");
    }

    @Test
    void aFileOfTwoLinesIsReadAgainEachTime() throws IOException {
        Path file = Files.writeString(folder.resolve("credentials"), "alice\nOpen Sesame\n");
        ProxyCredentialsSource source = ProxyCredentialsFile.twoLines(file);

        assertThat(shown(source)).isEqualTo("alice:Open Sesame");
        Files.writeString(file, "alice\r\nOpen Barley");
        assertThat(shown(source)).isEqualTo("alice:Open Barley");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "secret", "\nsecret\n"})
    void whatIsNoSuchFileIsRefusedWithoutItsContent(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("credentials"), text);

        assertThatThrownBy(() -> ProxyCredentialsFile.twoLines(file).credentials())
                .hasMessageContaining("credentials; accepted is two lines")
                .hasMessageNotContaining("secret");
    }

    private static String shown(ProxyCredentialsSource source) {
        Optional<ProxyCredentials> pair = source.credentials();
        return pair.map(known -> new String(
                        Base64.getDecoder().decode(known.basic().substring("Basic ".length())), StandardCharsets.UTF_8))
                .orElse("none");
    }
}
