package throughline.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import throughline.certs.TestPki;
import throughline.harness.report.Style;
import throughline.primary.ClientSettings;
import throughline.primary.PrimaryClient;
import throughline.primary.ReplicationFailed;
import throughline.primary.dial.ProxySettings;

/** What is printed of failures that come again with each interval. */
class CycleLinesTest {
    private static final TestPki PKI = TestPki.create(InstantSource.system());

    private final StringWriter out = new StringWriter();
    private final AtomicInteger kept = new AtomicInteger();

    @Test
    void aCauseIsToldInFullOnceAndThenInALineForAsLongAsItStays() throws IOException {
        CycleLines lines = lines(CycleLines.Print.LINE);
        int port;
        try (CompanyProxy proxy = CompanyProxy.start(Optional.of("nobody"))) {
            port = proxy.port();
            assertThat(printed(lines, failed(port))).contains("✗ tunnel.auth-required", "What to change");
            for (int again = 0; again < 2; again++) {
                assertThat(printed(lines, failed(port)))
                        .endsWith(" tunnel.auth-required, as before\n")
                        .hasLineCount(1);
            }
        }
        assertThat(printed(lines, failed(port))).contains("✗ proxy.unreachable", "What to change");
        try (CompanyProxy another = CompanyProxy.start(Optional.of("nobody"))) {
            assertThat(printed(lines, failed(another.port()))).contains("What to change");
        }
        assertThat(kept).hasValue(5);
    }

    @Test
    void aProgramIsToldInFullEachTime() throws IOException {
        CycleLines lines = lines(CycleLines.Print.VERDICT_AS_JSON);
        try (CompanyProxy proxy = CompanyProxy.start(Optional.of("nobody"))) {
            ReplicationFailed refused = failed(proxy.port());

            assertThat(printed(lines, refused)).startsWith("{").isEqualTo(printed(lines, refused));
        }
    }

    private String printed(CycleLines lines, ReplicationFailed failed) {
        out.getBuffer().setLength(0);
        lines.failed(failed.verdict(), failed.caseFile());
        return out.toString();
    }

    private CycleLines lines(CycleLines.Print print) {
        PrintWriter err = new PrintWriter(new StringWriter());
        Terminal terminal = new Terminal(new PrintWriter(out), err, Style.PLAIN);
        return new CycleLines(terminal, "vm", print, caseFile -> kept.incrementAndGet());
    }

    private static ReplicationFailed failed(int proxy) {
        ClientSettings settings = ClientSettings.to(URI.create("https://replica.test:9"))
                .proxy(ProxySettings.parse("http://127.0.0.1:" + proxy))
                .identity(PKI.client("primary.test"))
                .trust(PKI.trust())
                .build();
        try (PrimaryClient client = new PrimaryClient(settings)) {
            return catchThrowableOfType(ReplicationFailed.class, client::machines);
        }
    }
}
