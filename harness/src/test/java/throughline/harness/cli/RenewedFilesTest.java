package throughline.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import throughline.certs.Flaw;
import throughline.certs.IdentityWriter;
import throughline.certs.TestPki;
import throughline.identity.Identity;
import throughline.identity.TlsContexts;

/** A replica in a process of its own: its files are renewed, and it says what it does. */
class RenewedFilesTest {
    private static final Pattern STARTED = Pattern.compile("Replica at https://127\\.0\\.0\\.1:(\\d+),");

    private final TestPki pki = TestPki.create(InstantSource.system());

    @TempDir
    Path folder;

    private Process process;

    @BeforeEach
    void start() throws Exception {
        IdentityWriter.pem(pki.server("127.0.0.1"), folder.resolve("own.pem"), folder.resolve("own.key"));
        IdentityWriter.pem(pki.trust(), folder.resolve("ca.pem"));
        process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "replica",
                        "--store",
                        folder.resolve("store").toString(),
                        "--cert",
                        folder.resolve("own.pem").toString(),
                        "--key",
                        folder.resolve("own.key").toString(),
                        "--trust",
                        folder.resolve("ca.pem").toString(),
                        "--allow",
                        "primary.test")
                .redirectOutput(folder.resolve("printed").toFile())
                .redirectError(folder.resolve("said").toFile())
                .start();
    }

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    @Test
    void renewedFilesAreServedAndSaid() throws Exception {
        int port = Integer.parseInt(await("printed", STARTED).group(1));
        Identity renewed = pki.server("127.0.0.1");

        IdentityWriter.pem(renewed, folder.resolve("own.pem"), folder.resolve("own.key"));

        MatchResult said = await("printed", Pattern.compile("Now presents (\\S.*), valid until (\\S+)\\.\\R"));
        assertThat(said.group(1))
                .isEqualTo(renewed.leaf().getSubjectX500Principal().getName());
        assertThat(said.group(2))
                .isEqualTo(renewed.leaf().getNotAfter().toInstant().toString());
        assertThat(shownAt(port)).isEqualTo(renewed.leaf());
    }

    @Test
    void aSetThatDoesNotFitTogetherIsSaidAndTheOldOneServed() throws Exception {
        int port = Integer.parseInt(await("printed", STARTED).group(1));
        Certificate served = shownAt(port);

        IdentityWriter.pem(pki.server("127.0.0.1"), folder.resolve("other.pem"), folder.resolve("own.key"));

        await(
                "said",
                Pattern.compile("throughline: goes on with the certificate, key and trust it has: .* does not match"));
        assertThat(shownAt(port)).isEqualTo(served);
    }

    @Test
    void whoIsRefusedIsSaidWithTheReason() throws Exception {
        int port = Integer.parseInt(await("printed", STARTED).group(1));
        SSLContext expired = TlsContexts.context(
                pki.client("primary.test", Flaw.EXPIRED).keyManager(),
                pki.trust().trustManager());
        try (SSLSocket socket =
                (SSLSocket) expired.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(60_000);
            socket.startHandshake();
            socket.getInputStream().read();
        } catch (IOException refused) {
            // By the replica, whose words are what counts here.
        }

        await(
                "printed",
                Pattern.compile("refused 127\\.0\\.0\\.1:\\d+: the client certificate CN=primary\\.test.* expired\\R"));
    }

    private Certificate shownAt(int port) throws IOException {
        try (SSLSocket socket = (SSLSocket) TlsContexts.context(
                        pki.client("primary.test").keyManager(), pki.trust().trustManager())
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(60_000);
            socket.startHandshake();
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    private MatchResult await(String file, Pattern text) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            String printed = Files.readString(folder.resolve(file));
            var matcher = text.matcher(printed);
            if (matcher.find()) {
                return matcher.toMatchResult();
            }
            assertThat(process.waitFor(10, TimeUnit.MILLISECONDS))
                    .as("ended early: %s", Files.readString(folder.resolve("said")))
                    .isFalse();
            assertThat(System.nanoTime()).as("only %s", printed).isLessThan(deadline);
        }
    }
}
