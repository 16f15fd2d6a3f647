package throughline.primary.dial;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Encoded by hand, with Python's urllib.parse.quote and html.escape beside it. */
class ReflectedSecretTest {
    /** The pair is {@code alice} and {@code p&ss wörd/9'}. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "no secret at all                            | no secret at all",
                "you sent p&ss wörd/9' here                  | you sent [removed] here",
                "?p=p%26ss%20w%C3%B6rd%2F9%27&x=1            | ?p=[removed]&x=1",
                "?p=p%26ss+w%c3%b6rd%2f9%27&x=1              | ?p=[removed]&x=1",
                "<b>p&amp;ss wörd/9&#x27;</b>                | <b>[removed]</b>",
                "<b>p&#38;ss&nbsp;w&#246;rd&#x2f;9&#039;</b> | <b>[removed]</b>",
                "{\"p\":\"p\\u0026ss w\\u00f6rd\\/9'\"}      | {\"p\":\"[removed]\"}",
                "p&ss wÃ¶rd/9'                               | [removed]",
                "cut off: p&amp;ss w&#24                     | cut off: [removed]",
                "alice:p&ss wörd/9'!                         | [removed]!",
                "<b>Proxy-Authorization</b>: NTLM TlRMTVNTUAADx/+= end | <b>Proxy-Authorization</b>: NTLM [removed] end",
                "<td>Proxy-Authorization</td><td>Negotiate YIIabc==</td> | <td>Proxy-Authorization</td><td>Negotiate [removed]</td>",
                "Proxy-Authorization%3A%20Basic%20YWxpY2U6eA end | Proxy-Authorization%3A%20Basic%20[removed] end",
                "\"Proxy-Authorization\":\"Negotiate YIIabc\" | \"Proxy-Authorization\":\"Negotiate [removed]\"",
                "Proxy-Authorization: Digest username=\"alice\", response=\"0a1b\"<br>Via | Proxy-Authorization: Digest [removed]<br>Via",
                "response=&quot;00112233445566778899aabbccddeeff&quot; | response=&quot;[removed]&quot;",
                "you said NTLM TlRMTVNTUAADAAAAGAAYAEg= twice | you said NTLM [removed] twice",
                "NTLM TlRMTVNTUAACAAAADAAMADg= is the proxy's | NTLM TlRMTVNTUAACAAAADAAMADg= is the proxy's",
                "Proxy-Authorization required                | Proxy-Authorization required",
            })
    void whatIsReflectedIsTakenOut(String text, String shown) {
        assertThat(new ProxyCredentials("alice", "p&ss wörd/9'").conceal(text)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({"abc, the abc, the abc", "abcd, the abcd, the [removed]", "100%25, at 100%25, at [removed]", "'', x, x"
    })
    void aPasswordOfLessThanFourCharactersIsLeft(String password, String text, String shown) {
        assertThat(new ProxyCredentials("alice", password).conceal(text)).isEqualTo(shown);
    }
}
