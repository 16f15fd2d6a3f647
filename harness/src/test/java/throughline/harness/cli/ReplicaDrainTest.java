package throughline.harness.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import throughline.certs.IdentityWriter;
import throughline.certs.TestPki;
import throughline.identity.TlsContexts;
import throughline.identity.UnusableIdentityException;
import throughline.protocol.AttemptId;
import throughline.protocol.MediaTypes;

/** ^C while a request is under way, in a process of its own. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "there is no env that resets a signal")
class ReplicaDrainTest {
    private static final Pattern STARTED = Pattern.compile("Replica at https://127\\.0\\.0\\.1:(\\d+),");
    private static final String BODY = "{\"nonce\":\"00112233445566778899aabbccddeeff\",\"software\":\"test 1.0\"}";

    @TempDir
    Path folder;

    private final TestPki pki = TestPki.create(InstantSource.system());
    private Process process;

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    /** Longer than the second in which a replica ends that was not told otherwise. */
    @Test
    void whatIsUnderWayGoesOnForTheTimeOfTheDrain() throws Exception {
        try (SSLSocket socket = (SSLSocket) TlsContexts.context(
                        pki.client("primary.test").keyManager(), pki.trust().trustManager())
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), port())) {
            socket.setSoTimeout(60_000);
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
            String head = "POST /v1/announce HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nThroughline-Attempt: "
                    + AttemptId.random() + "\r\nContent-Type: " + MediaTypes.ANNOUNCEMENT + "\r\nContent-Length: "
                    + BODY.length() + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(US_ASCII));
            assertThat(in.readLine()).isEqualTo("HTTP/1.1 100 Continue");
            assertThat(in.readLine()).isEmpty();

            assertThat(new ProcessBuilder("kill", "-INT", String.valueOf(process.pid()))
                            .start()
                            .waitFor())
                    .isZero();
            assertThat(process.waitFor(2_500, TimeUnit.MILLISECONDS))
                    .as("ended")
                    .isFalse();
            socket.getOutputStream().write(BODY.getBytes(US_ASCII));

            assertThat(in.readLine()).isEqualTo("HTTP/1.1 200 OK");
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ended").isTrue();
        }
    }

    @BeforeEach
    void start() throws IOException, UnusableIdentityException {
        IdentityWriter.pem(pki.server("replica.test"), folder.resolve("own.pem"));
        IdentityWriter.pem(pki.trust(), folder.resolve("ca.pem"));
        process = new ProcessBuilder(
                        "env",
                        "--default-signal=INT",
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "replica",
                        "--drain",
                        "60s",
                        "--store",
                        folder.resolve("store").toString(),
                        "--cert",
                        folder.resolve("own.pem").toString(),
                        "--trust",
                        folder.resolve("ca.pem").toString(),
                        "--allow",
                        "primary.test")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("printed").toFile())
                .start();
    }

    private int port() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            Matcher printed = STARTED.matcher(Files.readString(folder.resolve("printed")));
            if (printed.find()) {
                return Integer.parseInt(printed.group(1));
            }
            assertThat(process.waitFor(10, TimeUnit.MILLISECONDS))
                    .as("ended early")
                    .isFalse();
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
    }
}
