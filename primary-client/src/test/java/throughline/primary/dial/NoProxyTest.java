package throughline.primary.dial;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** NO_PROXY is read as curl reads it: one table for both. */
class NoProxyTest {
    private static final int PORT = 8443;

    record Row(boolean direct, String host, String list, Set<Boolean> curlDirect) {
        static Row parse(String line) {
            String[] cells = line.split("\\|", -1);
            // A bar may stand in the list itself.
            boolean differs = cells[cells.length - 1].strip().startsWith("curl: ");
            String list = String.join("|", Arrays.asList(cells).subList(2, differs ? cells.length - 1 : cells.length));
            boolean direct = cells[0].strip().equals("direct");
            String kept = list.substring(1, differs ? list.length() - 1 : list.length());
            boolean either = differs && cells[cells.length - 1].strip().endsWith("either");
            Set<Boolean> curl = either ? Set.of(true, false) : Set.of(differs != direct);
            return new Row(direct, cells[1].strip(), kept.replace("\\t", "\t"), curl);
        }

        @Override
        public String toString() {
            return host + " with NO_PROXY=" + list;
        }
    }

    static Stream<Row> rows() throws IOException {
        try (InputStream table =
                Objects.requireNonNull(NoProxyTest.class.getResourceAsStream("no-proxy.txt"), "no-proxy.txt")) {
            return new String(table.readAllBytes(), UTF_8)
                    .lines().filter(line -> !line.startsWith("#")).map(Row::parse).toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void itIsReadAsTheTableSays(Row row) {
        assertThat(NoProxy.parse(row.list()).covers(row.host(), PORT)).isEqualTo(row.direct());
    }

    @Test
    void theTableIsLong() throws IOException {
        assertThat(rows()).hasSizeGreaterThan(100);
    }

    /** One run of curl for all rows: a refusal of CONNECT shows that the proxy was asked, a page that it was not. */
    @Test
    void curlReadsItAsTheTableSays(@TempDir Path folder) throws Exception {
        assumeThat(Curl.isInstalled())
                .as("curl is not installed (Debian package curl)")
                .isTrue();
        List<Row> rows = rows().toList();
        try (Listener proxy = new Listener("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
                Listener host = new Listener("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")) {
            List<String> config = new ArrayList<>();
            for (Row row : rows) {
                config.add("url = \"http://" + HostPort.text(row.host(), PORT) + "/\"");
                config.add("proxy = \"http://127.0.0.1:" + proxy.port() + "\"");
                config.add("noproxy = \"" + row.list().replace("\t", "\\t") + "\"");
                config.add("connect-to = \"::127.0.0.1:" + host.port() + "\"");
                config.add("write-out = \"%{http_code}\\n\"");
                config.add("next");
            }
            Files.write(folder.resolve("curl.conf"), config.subList(0, config.size() - 1));

            List<String> answers = Curl.run(
                    List.of(
                            "--silent",
                            "--max-time",
                            "10",
                            "--config",
                            folder.resolve("curl.conf").toString()),
                    Map.of());

            List<String> differing = new ArrayList<>();
            for (int i = 0; i < rows.size(); i++) {
                if (!rows.get(i).curlDirect().contains(answers.get(i).equals("200"))) {
                    differing.add(rows.get(i) + " got " + answers.get(i));
                }
            }
            assertThat(answers).hasSameSizeAs(rows);
            assertThat(differing).isEmpty();
        }
    }
}
