package throughline.primary.dial;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {
    private static final ProxyCredentials MUFASA = new ProxyCredentials("Mufasa", "Circle of Life");
    private static final String NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
    private static final String CLIENT_NONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";

    private static Digest digest(String parameters) {
        return Digest.of(Challenge.parse(List.of("Digest " + parameters)).get(0))
                .orElseThrow();
    }

    /** MD5 and SHA-256 with qop auth: RFC 7616 section 3.9.1. The others: Python's hashlib over the formulas of section 3.4. */
    @ParameterizedTest
    @CsvSource({
        "MD5, auth, 8ca523f5e9506fed4657c9700eebdbec",
        "MD5, auth-int, 8804a53d3640a40a4f73cea12c5ba451",
        "MD5-sess, auth, e783283f46242139c486a698fec7211d",
        "MD5-sess, auth-int, 200cda1c37eb927016d1f97f2c0f04f6",
        "SHA-256, auth, 753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
        "SHA-256, auth-int, 8bdf6f15638e260831e905028de5450562816d093c9bfc5c13d3a46adcdde940",
        "SHA-256-sess, auth, 2fd51b3a77ad75bad6afad6003e818d767133c46d9e2749e7f5232ae1ea3efd7",
        "SHA-256-sess, auth-int, 3c19fbb1d58d0c5baff1a2ef49d847b5d0dfd7e3252b355d978d3af7d895912b",
        "SHA-512-256, auth, 430d05014cecc49cab6fbe03176d41a1da86cbfe24a16580e22aaad928d960d0",
        "SHA-512-256, auth-int, 38244c4d345d09bb0000b355be27d2a55003ee188df9821c54df70a63aa0c1ca",
        "SHA-512-256-sess, auth, 3f2a34f923c38b0fb26dce2fdfc2ce326c23cecf86fbb1444f3e51fbbc2cb92e",
        "sha-512-256-SESS, auth-int, 1e68177aa6f998392db08ac130e9e08b7cf8c081a506e608d436be3e224f57ab",
    })
    void theResponseIsThatOfTheVector(String algorithm, String protection, String response) {
        Digest digest = digest("realm=\"http-auth@example.org\", qop=\"" + protection + "\", algorithm=" + algorithm
                + ", nonce=\"" + NONCE + "\"");

        assertThat(digest.response(MUFASA, "GET", "/dir/index.html", "00000001", CLIENT_NONCE))
                .isEqualTo(response);
    }

    /** RFC 7616 section 3.9.2 as erratum 4897 corrects it. */
    @Test
    void aHashedUserNameIsThatOfTheVector() {
        Digest digest = digest("realm=\"api@example.org\", qop=\"auth\", algorithm=SHA-512-256,"
                + " nonce=\"5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK\","
                + " opaque=\"HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS\", charset=UTF-8, userhash=true");

        String authorization = digest.authorization(
                new ProxyCredentials("J\u00e4s\u00f8n Doe", "Secret, or not?"),
                "GET",
                "/doe.json",
                1,
                "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v");

        assertThat(authorization)
                .startsWith("Digest username=\"793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b\"")
                .contains("response=\"3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5\"")
                .contains("nc=00000001", "qop=auth", "algorithm=SHA-512-256", "userhash=true")
                .contains("opaque=\"HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS\"");
    }

    /** RFC 7616 section 3.4: {@code username*} in the form of RFC 8187. */
    @Test
    void aNameBeyondAsciiIsSentAsUtf8() {
        String authorization = digest("realm=\"r\", nonce=\"n\"")
                .authorization(new ProxyCredentials("J\u00e4s\u00f8n", "p"), "CONNECT", "a:1", 1, "c");

        assertThat(authorization).contains("username*=UTF-8''%4A%C3%A4%73%C3%B8%6E,");
    }

    @Test
    void quotationMarksAreKeptInTheirPlace() {
        String authorization = digest("realm=\"a \\\"b\\\" c\", nonce=\"n\"")
                .authorization(new ProxyCredentials("o\"o", "p"), "CONNECT", "a:1", 1, "c");

        assertThat(authorization).contains("username=\"o\\\"o\"", "realm=\"a \\\"b\\\" c\"");
    }

    /** RFC 2069, whose example has the password with a capital O: Python's hashlib over H(H(A1):nonce:H(A2)). */
    @Test
    void withoutProtectionItIsTheOldOne() {
        Digest digest = digest("realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"");
        ProxyCredentials pair = new ProxyCredentials("Mufasa", "Circle Of Life");

        assertThat(digest.response(pair, "GET", "/dir/index.html", "", ""))
                .isEqualTo("670fd8c2df070c60b045671b8b24ff02");
        assertThat(digest.authorization(pair, "GET", "/dir/index.html", 1, "c")).doesNotContain("cnonce", "qop", "nc=");
    }

    /** The header is read as ISO 8859-1; Python's hashlib over the bytes that the proxy sent, here UTF-8. */
    @Test
    void aRealmBeyondAsciiIsHashedAsItCame() {
        Digest digest = digest("realm=\"B\u00c3\u00bcro\", nonce=\"n\"");

        assertThat(digest.response(MUFASA, "GET", "/x", "", "")).isEqualTo("5b1c2ffd0b79585acbc49b3590767cbc");
    }

    /** Python's hashlib over H(H(H(user:realm:password):nonce:cnonce):nonce:H(A2)). */
    @Test
    void aSessionWithoutProtectionSaysWhatItHashed() {
        assertThat(digest("realm=\"r\", nonce=\"n\", algorithm=MD5-sess").authorization(MUFASA, "GET", "/x", 1, "c"))
                .contains("cnonce=\"c\"", "response=\"37e4b12f71ac8188cc712eceac68cf2c\"")
                .doesNotContain("qop", "nc=");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "realm=\"r\"",
                "realm=\"r\", nonce=\"n\", algorithm=SHA-1024",
                "realm=\"r\", nonce=\"n\", qop=\"other\"",
                "realm=\"r\", nonce=\"n\", qop=\"\"",
            })
    void whatIsNotKnownIsNotAnswered(String parameters) {
        assertThat(Digest.of(Challenge.parse(List.of("Digest " + parameters)).get(0)))
                .isEmpty();
    }
}
