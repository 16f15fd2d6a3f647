package throughline.harness.middlebox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpBodyTest {
    /** What is not passed on; {@code |} stands for CRLF in these tables. */
    private static final String REST = "REST";

    @ParameterizedTest
    @CsvSource({
        // RFC 9112, 6.3: without any length a request has no body
        "Host: x,                                       ''",
        "Content-Length: 5,                             12345",
        "Transfer-Encoding: chunked,                    '3|abc|0||'",
        // RFC 9112, 7.1.1 and 7.1.2: extensions and trailers
        "Transfer-Encoding: Chunked,                    'A;n=v|0123456789|1 |x|00|T: v||'",
        "'Transfer-Encoding: gzip, chunked',            '1|z|0||'",
    })
    void aRequestsBodyPassesAsItIs(String fields, String body) throws IOException {
        ByteArrayInputStream in = stream(body + REST);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        HttpBody.ofRequest(head("POST / HTTP/1.1", fields)).pass(in, out);

        assertThat(out.toString(ISO_8859_1)).isEqualTo(lines(body));
        assertThat(new String(in.readAllBytes(), ISO_8859_1)).isEqualTo(REST);
    }

    @ParameterizedTest
    @CsvSource({
        "'Content-Length: 5|Content-Length: 6',             400",
        "'Content-Length: 5, 6',                            400",
        // RFC 9110, 8.6, leaves it to the recipient
        "'Content-Length: 5|Content-Length: 5',             400",
        "'Content-Length: 5, 5',                            400",
        "'Content-Length: 5,,5',                            400",
        "'Transfer-Encoding: gzip,,chunked',                400",
        "Content-Length: -1,                                400",
        "'Content-Length: ',                                400",
        "'Content-Length: ,5',                              400",
        "'Transfer-Encoding: ',                             400",
        "Content-Length: +1,                                400",
        "Content-Length: 9999999999999999999,               400",
        "'Content-Length: 5|Transfer-Encoding: chunked',    400",
        "Transfer-Encoding: gzip,                           501",
        "'Transfer-Encoding: chunked, gzip',                501",
    })
    void aRequestWhoseEndIsUnclearIsRefused(String fields, int status) {
        assertThatThrownBy(() -> HttpBody.ofRequest(head("POST / HTTP/1.1", fields)))
                .isInstanceOfSatisfying(
                        BadRequestException.class,
                        refused -> assertThat(refused.status()).isEqualTo(status));
    }

    @ParameterizedTest
    @CsvSource({
        "GET,  200, Content-Length: 2,          ok",
        "HEAD, 200, Content-Length: 2,          ''",
        "GET,  204, Host: x,                    ''",
        "GET,  304, Content-Length: 2,          ''",
        "GET,  100, Host: x,                    ''",
        "GET,  200, Transfer-Encoding: chunked, '2|ok|0||'",
        "GET,  200, Host: x,                    ok and all the REST",
        "GET,  200, Transfer-Encoding: gzip,    zz and all the REST",
    })
    void anAnswersBodyDependsOnStatusAndRequest(String method, int status, String fields, String body)
            throws IOException {
        String whole = body.endsWith(REST) ? body : body + REST;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        HttpHead head = head("HTTP/1.1 " + status + " x", fields);
        HttpBody.ofAnswer(head, StatusLine.of(head), method).pass(stream(whole), out);

        assertThat(out.toString(ISO_8859_1)).isEqualTo(lines(body));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x|",
                "|",
                "-1|",
                "0x1|",
                "1g|",
                "1|abc|0||",
                "1|a0||",
                "FFFFFFFFFFFFFFFF|",
                "1|a|0|Bad Trailer: x||",
            })
    void aBrokenChunkIsNamed(String body) {
        assertThatThrownBy(() -> new HttpBody.Chunked().pass(stream(body), new ByteArrayOutputStream()))
                .isInstanceOf(BadRequestException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "5|", "5|abc", "5|abcde", "5|abcde|", "5|abcde|0|", "5|abcde|0|T: v|"})
    void aBodyThatEndsTooEarlyIsNoticed(String body) {
        assertThatThrownBy(() -> new HttpBody.Chunked().pass(stream(body), new ByteArrayOutputStream()))
                .isInstanceOf(EOFException.class);
    }

    @Test
    void aChunkSizeLineHasALimit() {
        String line = "1;" + "x".repeat(300) + "|";

        assertThatThrownBy(() -> new HttpBody.Chunked().pass(stream(line), new ByteArrayOutputStream()))
                .hasMessageContaining("256");
    }

    @Test
    void fieldsForOneHopAreNotPassedOn() throws IOException {
        HttpHead head = head(
                "POST / HTTP/1.1",
                "Host: x|connection: close, X-Private, Content-Length|Keep-Alive: 5|Proxy-Connection: close|TE: trailers"
                        + "|Upgrade: h2c|Proxy-Authorization: Basic eA==|X-private: 1|Content-Length: 5|X: y");

        assertThat(head.forwarded(List.of(new HttpHead.Field("Via", "1.1 box"))).bytes())
                .asString(ISO_8859_1)
                .isEqualTo("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nX: y\r\nVia: 1.1 box\r\n\r\n");
    }

    private static HttpHead head(String startLine, String fields) throws IOException {
        return HttpHead.read(stream(startLine + "|" + fields + "||")).orElseThrow();
    }

    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(lines(text).getBytes(ISO_8859_1));
    }

    private static String lines(String text) {
        return String.join("\r\n", Arrays.asList(text.split("\\|", -1)));
    }
}
