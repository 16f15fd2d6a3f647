package throughline.primary.dial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.primary.dial.ProxySettings.Hop;

class ProxyEnvironmentTest {
    /** Variables in order, {@code P} and {@code Q} for the addresses of two proxies; and which of them is gone through. */
    private static final String ROWS = """
            '',                                                          direct
            https_proxy=http://P,                                        P
            HTTPS_PROXY=http://P,                                        P
            https_proxy=http://P HTTPS_PROXY=http://Q,                   P
            all_proxy=http://P,                                          P
            ALL_PROXY=http://P,                                          P
            all_proxy=http://P ALL_PROXY=http://Q,                       P
            https_proxy=http://P all_proxy=http://Q,                     P
            HTTPS_PROXY=http://P all_proxy=http://Q,                     P
            https_proxy= HTTPS_PROXY=http://P,                           P
            https_proxy= all_proxy=http://P,                             P
            http_proxy=http://P,                                         direct
            HTTP_PROXY=http://P,                                         direct
            https_proxy=P,                                               P
            https_proxy=P/,                                              P
            https_proxy=http://P/path?x#y,                               P
            https_proxy=HTTP://P,                                        P
            https_proxy=http://user:pass@P,                              P
            https_proxy=user@P,                                          P
            https_proxy=http://P no_proxy=host.test,                     direct
            https_proxy=http://P NO_PROXY=host.test,                     direct
            https_proxy=http://P no_proxy=other.test NO_PROXY=host.test, P
            https_proxy=http://P no_proxy= NO_PROXY=host.test,           direct
            https_proxy=http://P no_proxy=*,                             direct
            all_proxy=http://P no_proxy=test,                            direct
            """;

    @ParameterizedTest
    @CsvSource(textBlock = ROWS)
    void theVariablesAreReadAsTheTableSays(String variables, String way) {
        ProxySettings settings =
                ProxyEnvironment.of(variables(variables, 3128, 3129)).settings("host.test", 8443);

        assertThat(settings.address().orElse("direct")).isEqualTo(way.replace("P", "127.0.0.1:3128"));
    }

    @ParameterizedTest
    @CsvSource(textBlock = ROWS)
    void curlReadsThemAsTheTableSays(String variables, String way) throws Exception {
        assumeThat(Curl.isInstalled())
                .as("curl is not installed (Debian package curl)")
                .isTrue();
        try (Listener proxy = new Listener("HTTP/1.1 403 P\r\nContent-Length: 0\r\n\r\n");
                Listener other = new Listener("HTTP/1.1 404 Q\r\nContent-Length: 0\r\n\r\n")) {
            List<String> answer = Curl.run(
                    List.of(
                            "--silent",
                            "--max-time",
                            "10",
                            "--connect-to",
                            // Nobody listens there: what is gone directly ends at once.
                            "::127.0.0.1:1",
                            "--write-out",
                            "%{http_connect}\\n",
                            "https://host.test:8443/"),
                    variables(variables, proxy.port(), other.port()));

            assertThat(answer).containsExactly(way.equals("P") ? "403" : "000");
        }
    }

    private static Map<String, String> variables(String text, int first, int second) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String assignment : text.split(" ", -1)) {
            if (!assignment.isEmpty()) {
                String[] parts = assignment.split("=", 2);
                variables.put(
                        parts[0],
                        parts[1].replaceAll("\\bP\\b", "127.0.0.1:" + first)
                                .replaceAll("\\bQ\\b", "127.0.0.1:" + second));
            }
        }
        return variables;
    }

    /** Without a port, curl takes 1080, and 443 for https. */
    @ParameterizedTest
    @CsvSource({
        "proxy.test, http://proxy.test:1080",
        "proxy.test:, http://proxy.test:1080",
        "https://proxy.test, https://proxy.test:443",
        "https://proxy.test:3129, https://proxy.test:3129",
        "socks5h://proxy.test, socks5h://proxy.test:1080",
        "socks5://proxy.test:9050, socks5h://proxy.test:9050",
        "http://[2001:db8::1]:3128, http://[2001:db8::1]:3128",
        "http://[fe80::1%25eth0]:3128, http://[fe80::1%eth0]:3128",
        "http://b\u00fccher.example:3128, http://xn--bcher-kva.example:3128",
        "my_proxy:3128, http://my_proxy:3128",
    })
    void aProxyIsNamedAsInAUrl(String value, String url) {
        ProxySettings settings =
                ProxyEnvironment.of(Map.of("https_proxy", value)).settings("host.test", 443);

        assertThat(((Hop) settings).url()).isEqualTo(url);
    }

    /** printf 'älice@home:p%:@ss' | base64, UTF-8. */
    @ParameterizedTest
    @ValueSource(
            strings = {"http://%C3%A4lice%40home:p%25%3A%40ss@proxy.test:1", "%C3%A4lice@home:p%:@ss@proxy.test:1"})
    void credentialsAreDecoded(String value) throws Exception {
        Hop hop = (Hop) ProxyEnvironment.of(Map.of("https_proxy", value)).settings("host.test", 443);

        assertThat(hop.authentication().current().orElseThrow().basic()).isEqualTo("Basic w6RsaWNlQGhvbWU6cCU6QHNz");
        assertThat(hop.toString()).doesNotContain("lice");
    }

    /** Not taken for "no proxy": whoever set the variable did not want to go directly. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://proxy.test:21",
                "socks4://proxy.test:1080",
                "http://",
                "http:/127.0.0.1:3128",
                "http://us%E4er:secret@proxy.test:1",
                "http://user:secret%00@proxy.test:1",
                "http://user:secret\uFFFD\uFFFD@proxy.test:1",
                "http://user:secret",
                "user:secret/proxy.test",
                "http://proxy.test:99999999999",
                "http://proxy.test:0",
                "http://proxy.test:65536",
                "http://user:secret@proxy test:1",
                "http://[::1:3128",
                "http://2001:db8::1:3128",
                "pac:http://x/y",
            })
    void whatIsNoProxyIsRefused(String value) {
        ProxyEnvironment environment = ProxyEnvironment.of(Map.of("HTTPS_PROXY", value));

        assertThatThrownBy(() -> environment.settings("host.test", 443))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("HTTPS_PROXY")
                .hasMessageContaining("socks5h")
                .hasMessageNotContaining("secret");
    }

    /** Java reads U+FFFD for bytes that the locale does not know; sent on, it would be one try with a wrong password. */
    @Test
    void aVariableThatTheLocaleCannotReadIsNoPassword() {
        ProxyCredentialsSource source =
                ProxyCredentialsSource.variables(Map.of("U", "alice", "P", "s\uFFFD\uFFFDsame"), "U", "P");

        assertThatThrownBy(source::credentials)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the variable P")
                .hasMessageNotContaining("same\"");
    }
}
