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
import org.junit.jupiter.api.Timeout;
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
                "machine proxy.test login a password \"secret 99\"                       | a:secret 99",
                "machine proxy.test password \"s\\\"e\\\\c\\tr\" login \"a b\"                | a b:s\"e\\c\tr",
                "machine proxy.test login a password x\"y                               | a:x\"y",
                "\ufeffmachine proxy.test login a password b                            | a:b",
            })
    void aNetrcIsRead(String text, String expected) throws IOException {
        Path file = Files.writeString(folder.resolve("netrc"), text.replace(';', '\n'));

        assertThat(shown(ProxyCredentialsFile.netrc(file, "proxy.test"))).isEqualTo(expected);
    }

    @Test
    void whatCannotBeReadIsSaidWithItsReason() {
        assertThatThrownBy(() -> ProxyCredentialsFile.netrc(folder.resolve("none"), "proxy.test")
                        .credentials())
                .hasMessageContaining("none cannot be read: there is no such file");
        assertThatThrownBy(() -> ProxyCredentialsFile.twoLines(folder).credentials())
                .hasMessageContaining("cannot be read: it is a folder");
    }

    @Test
    void anOpenQuotationMarkIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("netrc"), "machine proxy.test login a password \"secret");

        assertThatThrownBy(() -> ProxyCredentialsFile.netrc(file, "proxy.test").credentials())
                .hasMessageContaining("closing quotation mark")
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @CsvSource({"proxy.test, false", "other.test, true"})
    void itIsKnownWhoGetsTheDefaultEntry(String host, boolean onlyDefault) throws IOException {
        Path file = Files.writeString(
                folder.resolve("netrc"), "machine proxy.test login a password b default login c password d");

        assertThat(Netrc.in(file).hasOnlyDefaultFor(host)).isEqualTo(onlyDefault);
    }

    @Test
    void whatIsNotUtf8IsRefused() throws IOException {
        Path file = Files.write(folder.resolve("credentials"), new byte[] {'a', '\n', 'b', (byte) 0xE4});

        assertThatThrownBy(() -> ProxyCredentialsFile.twoLines(file).credentials())
                .hasMessageContaining("UTF-8");
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheUserName() throws IOException {
        Path file = Files.writeString(folder.resolve("credentials"), "\ufeffalice\nsesame");

        assertThat(shown(ProxyCredentialsFile.twoLines(file))).isEqualTo("alice:sesame");
    }

    /** Opening a pipe a second time would wait for a writer for ever. */
    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPipeIsReadOnceAndKept() throws Exception {
        Path pipe = folder.resolve("pipe");
        new ProcessBuilder("sh", "-c", "mkfifo \"$0\" && (printf 'alice\\nsesame\\n' > \"$0\" &)", pipe.toString())
                .start()
                .waitFor();
        ProxyCredentialsSource source = ProxyCredentialsFile.twoLines(pipe);

        assertThat(shown(source)).isEqualTo("alice:sesame");
        assertThat(shown(source)).isEqualTo("alice:sesame");
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
