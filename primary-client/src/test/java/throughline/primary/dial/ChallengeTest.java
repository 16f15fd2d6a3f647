package throughline.primary.dial;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9110 section 11.6.1. */
class ChallengeTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Basic realm=\"a\"                            | Basic {realm=a}",
                "Basic                                        | Basic {}",
                "Negotiate, NTLM, Basic realm=\"a\"           | Negotiate {}; NTLM {}; Basic {realm=a}",
                "Negotiate,NTLM,Basic realm=a                 | Negotiate {}; NTLM {}; Basic {realm=a}",
                "NTLM TlRMTVNTUAAC==                          | NTLM TlRMTVNTUAAC==",
                "NTLM TlRMTVNTUAAC, Basic realm=\"b\"         | NTLM TlRMTVNTUAAC; Basic {realm=b}",
                "Digest realm=\"a, b\", nonce=\"x\",basic realm=\"box\" | Digest {nonce=x, realm=a, b}; basic {realm=box}",
                "Digest realm=\"NTLM\", nonce=\"Basic realm\" | Digest {nonce=Basic realm, realm=NTLM}",
                "Digest realm=\"a \\\"b\\\" \\\\c\"           | Digest {realm=a \"b\" \\c}",
                "Digest REALM = \"a\" , Nonce=b               | Digest {nonce=b, realm=a}",
                "Basic realm=\"a\", charset=\"UTF-8\"         | Basic {charset=UTF-8, realm=a}",
                "Basic realm=\"never closed                   | Basic {realm=never closed}",
                ",, Basic realm=a ,, NTLM ,                   | Basic {realm=a}; NTLM {}",
                "Bearer a.b-c_d~e+f/g=                        | Bearer a.b-c_d~e+f/g=",
                "Basic realm=\"first\", realm=\"second\"      | Basic {realm=first}",
                "=, ;, Basic                                  | Basic {}",
            })
    void oneHeaderMayHoldSeveral(String header, String expected) {
        assertThat(Challenge.parse(List.of(header)).stream()
                        .map(challenge -> challenge.scheme() + " "
                                + challenge
                                        .token()
                                        .orElse(challenge.parameters().toString())))
                .containsExactly(expected.split("; ", -1));
    }

    @Test
    void anEndlessListIsCutOff() {
        assertThat(Challenge.parse(List.of("Basic,".repeat(5_000)))).hasSize(50);
    }
}
