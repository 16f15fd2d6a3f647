package throughline.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One box alone, and what there is to choose from. */
@Timeout(60)
class MiddleboxCommandTest {

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "there is no env that resets a signal")
    void aBoxPrintsALineForEachConnectionAndEndsAtOnce() throws Exception {
        Process process = new ProcessBuilder(
                        "env",
                        "--default-signal=INT",
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "middlebox",
                        "tunnel",
                        "--adversity",
                        "refuse:503")
                .redirectErrorStream(true)
                .start();
        try (BufferedReader printed =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String first = printed.readLine();
            assertThat(first).matches("A tunnel at 127\\.0\\.0\\.1:\\d+\\. \\^C ends it\\.");
            int port = Integer.parseInt(first.replaceAll(".*:(\\d+)\\..*", "$1"));
            assertThat(answer(port)).startsWith("HTTP/1.1 503 ");
            assertThat(printed.readLine())
                    .startsWith("#1 127.0.0.1:")
                    .contains(" -> replica.test:443: refused, ")
                    .endsWith("; 503: This proxy was told to refuse.");

            long asked = System.nanoTime();
            new ProcessBuilder("kill", "-INT", String.valueOf(process.pid()))
                    .start()
                    .waitFor();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            // It is done within one; the rest is for a machine that has other work.
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - asked)).isLessThan(3_000);
            new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
        } finally {
            process.destroyForcibly();
        }
    }

    private static String answer(int port) throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.getOutputStream()
                    .write("CONNECT replica.test:443 HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "wall                                | middlebox \"wall\"; accepted are relay, tunnel, socks, inspector",
                "list                                | load-balancer; throughline list says what each is",
                "relay --adversity refuse:503        | adversity refuse:503 at relay: nobody sends it a CONNECT",
                "tunnel --adversity limit-body:5     | it passes bytes and does not see where a body begins",
                "tunnel --adversity vanish           | adversity \"vanish\"; accepted are refuse:STATUS",
                "tunnel --to nowhere                 | --to \"nowhere\"; accepted is HOST:PORT",
                "inspector --when-demanded escrow    | accepted are --when-demanded present-own with --own-cert FILE",
                "load-balancer                       | accepted is --to HOST:PORT with --cert FILE",
            })
    void whatCannotBeOpenedIsRefusedWithTheReason(String arguments, String reason) {
        CommandLineRun run = CommandLineRun.of(("middlebox " + arguments).split(" +", -1));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(reason);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void theListNamesKindsAdversitiesAndTopologies() {
        CommandLineRun run = CommandLineRun.of("list");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("  load-balancer ", "  cut:BYTES:DIRECTION ", "  inspector-escrow ", "  squid-bump ");
    }
}
