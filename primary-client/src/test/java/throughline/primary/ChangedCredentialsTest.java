package throughline.primary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.certs.TestPki;
import throughline.identity.Credentials;
import throughline.identity.CredentialsListener;
import throughline.identity.CredentialsSource;
import throughline.identity.Identity;
import throughline.identity.UnusableIdentityException;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.CertificateFacts;
import throughline.primary.evidence.TlsEvidence.CertificateRequested;
import throughline.primary.evidence.TlsEvidence.ServerHelloReceived;
import throughline.replica.Replica;

/** Identity and trust that change between the attempts of one primary. */
class ChangedCredentialsTest {
    private static final Lab LAB = new Lab();
    private static final Identity RENEWED = LAB.pki.client("primary.test");

    @TempDir
    Path folder;

    private volatile CredentialsSource source = CredentialsSource.fixed(Credentials.of(LAB.client, LAB.pki.trust()));
    private final AtomicInteger open = new AtomicInteger();
    private Replica replica;
    private FakeServer relay;

    @BeforeEach
    void start() throws IOException {
        replica = LAB.startReplica(Files.createDirectory(folder.resolve("store")));
        relay = new FakeServer(wire -> {
            open.incrementAndGet();
            try {
                wire.tunnelTo(replica.port());
            } finally {
                open.decrementAndGet();
            }
        });
    }

    @AfterEach
    void end() throws IOException {
        relay.close();
        replica.close();
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2, false", "TLSv1.2, true", "TLSv1.3, false", "TLSv1.3, true"})
    void theNextAttemptShowsTheNewCertificateInAFullHandshake(String version, boolean http2) {
        try (PrimaryClient primary = primary(settings().tlsVersions(version).http2(http2))) {
            assertThat(shown(Lab.works(primary).caseFile())).isEqualTo(CertificateFacts.of(LAB.client.leaf()));

            source = CredentialsSource.fixed(Credentials.of(RENEWED, LAB.pki.trust()));
            CaseFile next = Lab.works(primary).caseFile();

            assertThat(shown(next)).isEqualTo(CertificateFacts.of(RENEWED.leaf()));
            assertThat(Lab.all(next, ServerHelloReceived.class))
                    .singleElement()
                    .satisfies(hello -> assertThat(hello.resumed()).isFalse());
            assertThat(next.setup().identity()).contains(CertificateFacts.of(RENEWED.leaf()));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theConnectionsOfTheOldOnesAreClosed(boolean http2) {
        try (PrimaryClient primary = primary(settings().http2(http2))) {
            Lab.works(primary);
            source = CredentialsSource.fixed(Credentials.of(RENEWED, LAB.pki.trust()));
            Lab.works(primary);

            assertThat(relay.accepted()).isEqualTo(2);
            awaitOpen(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void withoutAChangeTheConnectionIsKept(boolean http2) {
        try (PrimaryClient primary = primary(settings().http2(http2))) {
            Lab.works(primary);
            source = CredentialsSource.fixed(Credentials.of(LAB.client, LAB.pki.trust()));
            Lab.works(primary);

            assertThat(relay.accepted()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAttemptUnderWayFinishesOnTheOldOnes(boolean http2) throws Exception {
        Path image = Files.write(folder.resolve("image"), new byte[4 << 20]);
        List<CaseFile> meanwhile = new ArrayList<>();
        try (PrimaryClient primary = primary(settings().http2(http2))) {
            Replicated replicated = primary.replicate(Lab.disk("disk"), image, (sent, total) -> {
                if (meanwhile.isEmpty()) {
                    source = CredentialsSource.fixed(Credentials.of(RENEWED, LAB.pki.trust()));
                    meanwhile.add(Lab.works(primary).caseFile());
                }
            });

            assertThat(replicated.caseFile().connections()).hasSize(1);
            assertThat(replicated.caseFile().setup().identity()).contains(CertificateFacts.of(LAB.client.leaf()));
            assertThat(shown(replicated.caseFile())).isEqualTo(CertificateFacts.of(LAB.client.leaf()));
            assertThat(shown(meanwhile.get(0))).isEqualTo(CertificateFacts.of(RENEWED.leaf()));
            awaitOpen(1);
        }
    }

    @Test
    void aTrustThatIsTakenAwayFailsTheNextAttempt() {
        TestPki others = TestPki.create(Clock.systemUTC());
        try (PrimaryClient primary = primary(settings())) {
            Lab.works(primary);
            source = CredentialsSource.fixed(Credentials.of(LAB.client, others.trust()));

            ReplicationFailed failed = Lab.fails(primary);

            assertThat(Lab.rule(failed)).isEqualTo("tls.replica-ca-not-trusted");
            assertThat(failed.caseFile().setup().trusted())
                    .containsExactly(others.root()
                            .certificate()
                            .getSubjectX500Principal()
                            .getName());
        }
    }

    @Test
    void aSourceThatFailsKeepsTheOldOnesInForceAndIsReported() {
        AtomicReference<String> told = new AtomicReference<>();
        CredentialsListener listener = new CredentialsListener() {
            @Override
            public void changed(Credentials credentials) {}

            @Override
            public void unusable(UnusableIdentityException reason) {
                told.set(reason.getMessage());
            }
        };
        try (PrimaryClient primary = primary(settings().credentialsListener(listener))) {
            Lab.works(primary);
            source = () -> {
                throw new UnusableIdentityException("The key is damaged.");
            };
            Lab.works(primary);

            assertThat(relay.accepted()).isEqualTo(1);
            assertThat(told).hasValue("The key is damaged.");
        }
    }

    @Test
    void afterCloseNothingOfAnyOfThemIsLeft() {
        PrimaryClient primary = primary(settings());
        Lab.works(primary);
        source = CredentialsSource.fixed(Credentials.of(RENEWED, LAB.pki.trust()));
        Lab.works(primary);

        primary.close();

        awaitOpen(0);
        assertThatThrownBy(primary::tryPath).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void withoutUsableCredentialsThereIsNoPrimary() {
        source = () -> {
            throw new UnusableIdentityException("The key is damaged.");
        };

        assertThatThrownBy(() -> primary(settings()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The key is damaged.");
    }

    @Test
    void aSourceBesideAnIdentityIsRefused() {
        ClientSettings.Builder both = settings().identity(LAB.client);

        assertThatThrownBy(both::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a source of credentials beside an identity or a trust");
    }

    private ClientSettings.Builder settings() {
        return ClientSettings.to(URI.create("https://" + Lab.HOST + ":" + relay.port()))
                .credentials(() -> source.current())
                .limits(Lab.limits())
                .resolver(Lab.LOOPBACK);
    }

    private static PrimaryClient primary(ClientSettings.Builder settings) {
        return new PrimaryClient(settings.build());
    }

    private static CertificateFacts shown(CaseFile file) {
        return Lab.all(file, CertificateRequested.class).get(0).sent().orElseThrow();
    }

    private void awaitOpen(int connections) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (open.get() != connections) {
            assertThat(System.nanoTime()).as("%s connections are open", open).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
