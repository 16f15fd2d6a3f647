package throughline.harness.middlebox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Basic (RFC 7617) and Digest (RFC 7616) as a proxy demands them, against answers made here by the formula of the RFC. */
@Timeout(60)
class LoginTest {
    private static final String TARGET = "replica.test:443";
    private static final ProxyAccount ACCOUNT = new ProxyAccount("primary", "open sesame");

    private final PlainServer replica = PlainServer.echo();
    private Tunnel tunnel = open(LoginScheme.BASIC, LoginScheme.DIGEST_SHA_256, LoginScheme.DIGEST_MD5);

    private Tunnel open(LoginScheme... schemes) {
        return Tunnel.open(TunnelSettings.builder(Routes.to("replica.test", replica.address()))
                .credentials(ACCOUNT)
                .schemes(schemes)
                .build());
    }

    @AfterEach
    void close() throws IOException {
        tunnel.close();
        replica.close();
    }

    @Test
    void offersItsSchemesInOrder() throws IOException {
        // RFC 7616, 3.3 and 3.7: one field per algorithm, the strongest first; a fresh nonce for each.
        assertThat(challenge().replaceAll("nonce=\"[0-9a-f]{32}\"", "nonce=N"))
                .containsSubsequence(
                        "Proxy-Authenticate: Basic realm=\"throughline\"\r\n",
                        "Proxy-Authenticate: Digest realm=\"throughline\", nonce=N, qop=\"auth\", algorithm=SHA-256\r\n",
                        "Proxy-Authenticate: Digest realm=\"throughline\", nonce=N, qop=\"auth\", algorithm=MD5\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // "primary:open sesame", its scheme in any letter case (RFC 9110, 11.1)
                "Basic cHJpbWFyeTpvcGVuIHNlc2FtZQ==          | 200",
                "bAsIc   cHJpbWFyeTpvcGVuIHNlc2FtZQ==        | 200",
                "Basic cHJpbWFyeTpvcGVuIHNlc2Ft              | 407",
                "Basic cHJpbWFyeTpvcGVuIHNlc2FtZQ== x        | 407",
                "Basic cHJpbWFyeTpvcGVuIHNlc2FtZQ=           | 407",
                "Basic cHJpbWFyeQ==                          | 407",
                "Basic primary:open sesame                   | 407",
                "Basic Og==                                  | 407",
                "Basic                                       | 407",
                "BasiccHJpbWFyeTpvcGVuIHNlc2FtZQ==           | 407",
                "Bearer cHJpbWFyeTpvcGVuIHNlc2FtZQ==         | 407",
                "Digest                                      | 407",
                "Digest username                             | 407",
                "Digest ====,,,,                             | 407",
            })
    void basicIsRightOrWrong(String credentials, int status) throws IOException {
        assertThat(statusFor(credentials)).isEqualTo(status);
    }

    @Test
    void whatIsNotOfferedIsNotTaken() throws IOException {
        tunnel.close();
        tunnel = open(LoginScheme.DIGEST_SHA_256);

        assertThat(statusFor("Basic cHJpbWFyeTpvcGVuIHNlc2FtZQ==")).isEqualTo(407);
        assertThat(statusFor(new Answer().algorithm("MD5").text())).isEqualTo(407);
        assertThat(statusFor(new Answer().algorithm("SHA-256").text())).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"MD5", "SHA-256"})
    void theRightAnswerOpensTheTunnel(String algorithm) throws IOException {
        assertThat(statusFor(new Answer().algorithm(algorithm).text())).isEqualTo(200);
    }

    @Test
    void withoutAnAlgorithmItIsMd5() throws IOException {
        // RFC 7616, 3.4: if it is not there, MD5 is meant.
        String answer = new Answer().algorithm("MD5").text();

        assertThat(statusFor(answer.replace(", algorithm=MD5", ""))).isEqualTo(200);
    }

    @Test
    void wrongAnswersAreNotStale() throws IOException {
        Answer right = new Answer();

        assertThat(headFor(right.password("wrong").text()))
                .startsWith("HTTP/1.1 407 ")
                .doesNotContain("stale");
        assertThat(headFor(new Answer().user("somebody").text())).startsWith("HTTP/1.1 407 ");
        assertThat(headFor(new Answer().realm("elsewhere").text())).startsWith("HTTP/1.1 407 ");
        assertThat(headFor(new Answer().uri("other.test:443").text())).startsWith("HTTP/1.1 407 ");
        assertThat(headFor(new Answer().uri("/").text())).startsWith("HTTP/1.1 407 ");
        // RFC 7616, 3.4.6: also when the response was made for the right one.
        assertThat(statusFor(new Answer().text().replace("uri=\"" + TARGET, "uri=\"other.test:443")))
                .isEqualTo(407);
        assertThat(headFor(new Answer().qop("auth-int").text())).startsWith("HTTP/1.1 407 ");
        assertThat(headFor(new Answer().count("1").text())).startsWith("HTTP/1.1 407 ");
        assertThat(headFor(new Answer().algorithm("MD5-sess").text())).startsWith("HTTP/1.1 407 ");
        assertThat(headFor(new Answer().algorithm("SHA-256-sess").text())).startsWith("HTTP/1.1 407 ");
        assertThat(headFor(new Answer().algorithm("SHA-512").text())).startsWith("HTTP/1.1 407 ");
    }

    @Test
    void aNonceCountHasToGrow() throws IOException {
        Answer answer = new Answer();
        assertThat(statusFor(answer.count("00000002").text())).isEqualTo(200);

        // RFC 7616, 3.4: the same count again is a replay, and so is one before it.
        assertThat(headFor(answer.count("00000002").text()))
                .startsWith("HTTP/1.1 407 ")
                .doesNotContain("stale");
        assertThat(statusFor(answer.count("00000001").text())).isEqualTo(407);
        assertThat(statusFor(answer.count("00000010").text())).isEqualTo(200);
        assertThat(statusFor(answer.count("ffffffff").text())).isEqualTo(200);
    }

    @Test
    void theRightAnswerToAForgottenChallengeIsStale() throws IOException {
        Answer answer = new Answer().nonce("made-up");

        // RFC 7616, 3.3: the client may try again with the new nonce without asking anybody for the password.
        assertThat(headFor(answer.text())).startsWith("HTTP/1.1 407 ").contains("algorithm=SHA-256, stale=true\r\n");
        assertThat(headFor(answer.password("wrong").text())).doesNotContain("stale");
    }

    @Test
    void manyUnansweredChallengesCostOnlyTheOldest() {
        DigestCheck check = new DigestCheck(ACCOUNT, "throughline");
        Answer first = new Answer(check.challenge("MD5")).algorithm("MD5");
        Answer second = new Answer(check.challenge("MD5")).algorithm("MD5");
        for (int more = 0; more < 1023; more++) {
            check.challenge("MD5");
        }

        assertThat(judge(check, second)).isEqualTo(DigestCheck.Judgement.RIGHT);
        assertThat(judge(check, first)).isEqualTo(DigestCheck.Judgement.STALE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"username=\"aaaaaaaa", "username=\"\\a\\a\\a\\a", "a=b,a=b,", "\"\"\"\"\"\"", "========"})
    void aLongAnswerOfAnyShapeIsWrong(String piece) throws IOException {
        assertThat(statusFor("Digest " + piece.repeat(8000 / piece.length()) + "\""))
                .isEqualTo(407);
        assertThat(statusFor("Digest username=\"" + "\\a".repeat(3900) + "\"")).isEqualTo(407);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--proxy-digest", "--proxy-basic", "--proxy-anyauth"})
    void curlIsLetThrough(String scheme) throws Exception {
        assertThat(curl(scheme, "primary:open sesame", "200")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--proxy-digest", "--proxy-basic", "--proxy-anyauth"})
    void curlWithAWrongPasswordIsNot(String scheme) throws Exception {
        assertThat(curl(scheme, "primary:close sesame", "407")).isTrue();
    }

    /** Whether curl was answered so, at last, when it asked for a tunnel; it gets no answer inside of it. */
    private boolean curl(String scheme, String account, String status) throws Exception {
        Path curl = Path.of("/usr/bin/curl");
        assumeTrue(Files.isExecutable(curl), "curl is missing; Debian has it in the package curl");
        try (PlainServer silent = new PlainServer(socket -> {});
                Tunnel asked = Tunnel.open(TunnelSettings.builder(Routes.to("replica.test", silent.address()))
                        .credentials(ACCOUNT)
                        .schemes(LoginScheme.DIGEST_SHA_256, LoginScheme.DIGEST_MD5, LoginScheme.BASIC)
                        .build())) {
            Process process = new ProcessBuilder(
                            curl.toString(),
                            "--silent",
                            "--max-time",
                            "20",
                            "--noproxy",
                            "",
                            "--proxy",
                            "http://127.0.0.1:" + asked.address().getPort(),
                            "--proxytunnel",
                            scheme,
                            "--proxy-user",
                            account,
                            "--write-out",
                            "%{http_connect}",
                            "http://replica.test:443/")
                    .redirectErrorStream(true)
                    .start();
            return new String(process.getInputStream().readAllBytes(), ISO_8859_1).endsWith(status);
        }
    }

    private int statusFor(String credentials) throws IOException {
        return Integer.parseInt(headFor(credentials).substring(9, 12));
    }

    private String headFor(String credentials) throws IOException {
        try (TestClient client = TestClient.of(tunnel.address())) {
            client.send("CONNECT " + TARGET + " HTTP/1.1\r\nHost: " + TARGET + "\r\nProxy-Authorization: " + credentials
                    + "\r\n\r\n");
            return client.readHead();
        }
    }

    private String challenge() throws IOException {
        return headFor("");
    }

    private static DigestCheck.Judgement judge(DigestCheck check, Answer answer) {
        return check.judge(answer.text().substring("Digest ".length()), "CONNECT " + TARGET + " HTTP/1.1", any -> true);
    }

    /** An answer to the newest challenge of the proxy, right unless told otherwise; RFC 7616, 3.4.1 to 3.4.3. */
    private final class Answer {
        private static final Pattern NONCE = Pattern.compile("nonce=\"([^\"]*)\"");

        private String user = "primary";
        private String password = "open sesame";
        private String realm = "throughline";
        private String nonce;
        private String uri = TARGET;
        private String qop = "auth";
        private String count = "00000001";
        private String algorithm = "SHA-256";

        Answer() throws IOException {
            this(challenge());
        }

        Answer(String challenge) {
            Matcher matcher = NONCE.matcher(challenge);
            assertThat(matcher.find()).isTrue();
            nonce = matcher.group(1);
        }

        Answer user(String other) {
            user = other;
            return this;
        }

        Answer password(String other) {
            password = other;
            return this;
        }

        Answer realm(String other) {
            realm = other;
            return this;
        }

        Answer nonce(String other) {
            nonce = other;
            return this;
        }

        Answer uri(String other) {
            uri = other;
            return this;
        }

        Answer qop(String other) {
            qop = other;
            return this;
        }

        Answer count(String other) {
            count = other;
            return this;
        }

        Answer algorithm(String other) {
            algorithm = other;
            return this;
        }

        String text() {
            String secret = hash(user + ":" + realm + ":" + password);
            String a1 = algorithm.endsWith("-sess") ? hash(secret + ":" + nonce + ":c0ffee") : secret;
            String response = hash(a1 + ":" + nonce + ":" + count + ":c0ffee:" + qop + ":" + hash("CONNECT:" + uri));
            return "Digest username=\"" + user + "\", realm=\"" + realm + "\", nonce=\"" + nonce + "\", uri=\"" + uri
                    + "\", response=\"" + response + "\", qop=" + qop + ", nc=" + count
                    + ", cnonce=\"c0ffee\", algorithm=" + algorithm;
        }

        private String hash(String text) {
            try {
                MessageDigest digest = MessageDigest.getInstance(algorithm.replace("-sess", ""));
                return HexFormat.of().formatHex(digest.digest(text.getBytes(UTF_8)));
            } catch (java.security.NoSuchAlgorithmException impossible) {
                throw new AssertionError(impossible);
            }
        }
    }
}
