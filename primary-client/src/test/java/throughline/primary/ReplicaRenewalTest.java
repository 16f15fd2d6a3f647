package throughline.primary;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        replica = Replica.start(
                ReplicaSettings.builder(() -> source.current(), Files.createDirectory(folder.resolve("store")))
                        .build());
    }

    @AfterEach
    void end() {
        replica.close();
    }

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void theNextReplicationWorksAndMovesToTheNewCertificate(boolean http2, boolean told) throws Exception {
        Path image = Files.write(folder.resolve("image"), new byte[100_000]);
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
        Path image = Files.write(folder.resolve("image"), new byte[4 << 20]);
        try (PrimaryClient primary =
                new PrimaryClient(LAB.settings(replica.port()).http2(http2).build())) {
            Replicated replicated = primary.replicate(Lab.disk("disk"), image, (sent, total) -> {
                renew();
                replica.lookAtCredentials();
            });

            assertThat(replicated.verdict().findings()).isEmpty();
            assertThat(replicated.caseFile().connections()).hasSize(1);
        }
    }

    private void renew() {
        source = CredentialsSource.fixed(Credentials.of(RENEWED, LAB.pki.trust()));
    }
}
