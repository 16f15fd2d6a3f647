package throughline.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.certs.IdentityWriter;
import throughline.certs.TestPki;
import throughline.certs.revocation.RevocationServer;
import throughline.identity.Identity;
import throughline.identity.UnusableIdentityException;
import throughline.identity.revocation.RevocationPolicy;
import throughline.identity.revocation.RevocationStatus.Source;
import throughline.identity.revocation.RevocationStatus.State;
import throughline.primary.ClientSettings;
import throughline.primary.PrimaryClient;
import throughline.primary.evidence.TlsEvidence.RevocationChecked;

/**
 * A replica whose runtime was told to staple (RFC 6066 section 8): JSSE then asks the responder itself, and the property is
 * read once per process, so the replica has one of its own.
 */
class ReplicaStaplingTest {
    private static final Pattern STARTED = Pattern.compile("Replica at https://127\\.0\\.0\\.1:(\\d+),");

    @TempDir
    Path folder;

    private final RevocationServer responder = RevocationServer.start(InstantSource.system());
    private final TestPki pki = TestPki.withRevocation(InstantSource.system(), responder);
    private Process process;

    @BeforeEach
    void start() throws IOException, UnusableIdentityException {
        Identity server = pki.server("replica.test");
        // JSSE staples only what the chain brings the issuer's certificate of.
        Identity withIssuer =
                Identity.of(server.key(), List.of(server.leaf(), pki.root().certificate()));
        IdentityWriter.pem(withIssuer, folder.resolve("own.pem"));
        IdentityWriter.pem(pki.trust(), folder.resolve("ca.pem"));
        process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Djdk.tls.server.enableStatusRequestExtension=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "replica",
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

    @AfterEach
    void end() {
        process.destroyForcibly();
        responder.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void thePrimaryNeedsNoFetchOfItsOwn(String version) throws Exception {
        ClientSettings settings = ClientSettings.to(URI.create("https://replica.test:" + port()))
                .identity(pki.client("primary.test"))
                .trust(pki.trust())
                .revocation(RevocationPolicy.REQUIRED)
                .tlsVersions(version)
                .resolver(host -> List.of(InetAddress.getLoopbackAddress()))
                .build();
        try (PrimaryClient primary = new PrimaryClient(settings)) {
            assertThat(primary.tryPath().caseFile().evidence())
                    .filteredOn(RevocationChecked.class::isInstance)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            RevocationChecked.class,
                            checked -> assertThat(checked.certificates())
                                    .singleElement()
                                    .satisfies(found -> {
                                        assertThat(found.state()).isEqualTo(State.GOOD);
                                        assertThat(found.source()).isEqualTo(Source.STAPLED);
                                    }));
        }
        assertThat(responder.asked()).as("by the replica").hasSize(1);
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
