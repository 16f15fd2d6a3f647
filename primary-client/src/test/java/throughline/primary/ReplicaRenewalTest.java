package throughline.primary;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.identity.Credentials;
import throughline.identity.CredentialsSource;
import throughline.identity.Fingerprint;
import throughline.identity.Identity;
import throughline.primary.evidence.ReplicaEvidence.ViewReceived;
import throughline.replica.Admission;
import throughline.replica.Replica;
import throughline.replica.ReplicaSettings;

/** A replica renews its certificate, and a primary that keeps connections to it has no reason to complain. */
class ReplicaRenewalTest {
    private static final Lab LAB = new Lab();
    private static final Identity RENEWED = LAB.pki.server(Lab.HOST);

    @TempDir
    Path folder;

    private volatile CredentialsSource source = CredentialsSource.fixed(Credentials.of(LAB.server, LAB.pki.trust()));
    private Replica replica;

    @BeforeEach
    void start() throws IOException {
        replica = Replica.start(ReplicaSettings.builder(
                        () -> source.current(),
                        Admission.anyAcceptedCertificate(Files.createDirectory(folder.resolve("store"))))
                .build());
    }

    @AfterEach
    void end() {
        replica.close();
    }

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void theNextReplicationWorksAndMovesToTheNewCertificate(boolean http2, boolean told) throws Exception {
        Path image = Files.write(folder.resolve("image"), Lab.noise(100_000, 1));
        try (PrimaryClient primary =
                new PrimaryClient(LAB.settings(replica.port()).http2(http2).build())) {
            primary.replicate(Lab.disk("disk"), image);
            renew();
            if (told) {
                replica.lookAtCredentials();
            }

            Replicated next = primary.replicate(Lab.disk("disk"), image);

            assertThat(next.verdict().findings()).isEmpty();
            assertThat(Lab.all(next.caseFile(), ViewReceived.class))
                    .isNotEmpty()
                    .allSatisfy(view -> {
                        assertThat(view.signerTrusted()).isTrue();
                        assertThat(view.view().servedCertificates())
                                .contains(view.view()
                                        .connection()
                                        .session()
                                        .orElseThrow()
                                        .certificate());
                    });
            assertThat(Lab.all(Lab.works(primary).caseFile(), ViewReceived.class))
                    .last()
                    .satisfies(view -> assertThat(view.view()
                                    .connection()
                                    .session()
                                    .orElseThrow()
                                    .certificate())
                            .isEqualTo(Fingerprint.sha256(RENEWED.leaf())));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReplicationUnderWayIsFinished(boolean http2) throws Exception {
        Path image = Files.write(folder.resolve("image"), Lab.noise(4 << 20, 1));
        try (PrimaryClient primary =
                new PrimaryClient(LAB.settings(replica.port()).http2(http2).build())) {
            Replicated replicated = primary.replicate(Lab.disk("disk"), image, (sent, total) -> {
                renew();
                replica.lookAtCredentials();
            });

            assertThat(replicated.verdict().findings()).isEmpty();
            // What is under way is answered where it was asked; each further request may come on a new connection.
            assertThat(replicated.receipt()).isPresent();
        }
    }

    /** Whatever is on its way when the renewal is noticed: nothing is sent twice, so nothing may be cut off. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRenewalAtAnyMomentDisturbsNobody(boolean http2) throws Exception {
        Path image = Files.write(folder.resolve("image"), Lab.noise(100_000, 1));
        ExecutorService other = Executors.newSingleThreadExecutor();
        try (PrimaryClient primary =
                new PrimaryClient(LAB.settings(replica.port()).http2(http2).build())) {
            for (int i = 0; i < 20; i++) {
                Identity next = i % 2 == 0 ? RENEWED : LAB.server;
                Future<?> renewal = other.submit(() -> renewSomeWhen(next));

                assertThat(primary.replicate(Lab.disk("disk"), image).verdict().findings())
                        .isEmpty();
                renewal.get();
            }
        } finally {
            other.shutdownNow();
        }
    }

    private void renewSomeWhen(Identity next) {
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(20_000_000));
        source = CredentialsSource.fixed(Credentials.of(next, LAB.pki.trust()));
        replica.lookAtCredentials();
    }

    private void renew() {
        source = CredentialsSource.fixed(Credentials.of(RENEWED, LAB.pki.trust()));
    }
}
