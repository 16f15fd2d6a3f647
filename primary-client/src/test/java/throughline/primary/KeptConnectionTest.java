package throughline.primary;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.ExchangeEvidence;
import throughline.primary.evidence.ExchangeEvidence.Answered;
import throughline.primary.evidence.ExchangeEvidence.Exchange;
import throughline.primary.evidence.ExchangeEvidence.ReceiptReceived;
import throughline.primary.evidence.ExchangeEvidence.Refused;
import throughline.primary.evidence.PathEvidence.Connected;
import throughline.primary.evidence.ReplicaEvidence.ViewReceived;
import throughline.primary.evidence.TlsEvidence;
import throughline.primary.evidence.TlsEvidence.CertificateRequested;
import throughline.primary.evidence.TlsEvidence.HandshakeFinished;
import throughline.protocol.DiskName;
import throughline.replica.Replica;

/** A connection outlives attempts: each attempt's case holds the connection's past, and no other attempt's exchanges. */
class KeptConnectionTest {
    private static final Lab LAB = new Lab();
    private static final DiskName DISK = Lab.disk("disk");

    @TempDir
    Path folder;

    private Replica replica;
    private FakeServer relay;

    @BeforeEach
    void open() throws IOException {
        replica = LAB.startReplica(Files.createDirectory(folder.resolve("store")));
        relay = new FakeServer(wire -> wire.tunnelTo(replica.port()));
    }

    @AfterEach
    void close() throws IOException {
        relay.close();
        replica.close();
    }

    private PrimaryClient primary(boolean http2) {
        return new PrimaryClient(LAB.settings(relay.port()).http2(http2).build());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theSecondAttemptHasTheHandshakeInItsPast(boolean http2) throws Exception {
        Path image = image("image", 100_000);
        try (PrimaryClient primary = primary(http2)) {
            primary.replicate(DISK, image);

            Replicated second = primary.replicate(DISK, image);

            assertThat(relay.accepted()).isEqualTo(1);
            CaseFile file = second.caseFile();
            assertThat(file.connections()).containsExactly(1);
            assertThat(Lab.all(file, TlsEvidence.class))
                    .isNotEmpty()
                    .allSatisfy(piece -> assertThat(piece.after()).isNegative());
            assertThat(Lab.all(file, Connected.class)).hasSize(1);
            assertThat(Lab.all(file, HandshakeFinished.class)).hasSize(1);
            assertThat(Lab.all(file, CertificateRequested.class)).hasSize(1);
            assertThat(second.verdict().findings()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAttemptsExchangesAreItsOwn(boolean http2) throws Exception {
        Path image = image("image", 100_000);
        try (PrimaryClient primary = primary(http2)) {
            primary.replicate(DISK, image);

            CaseFile file = primary.replicate(DISK, image).caseFile();

            assertThat(Lab.all(file, Answered.class))
                    .extracting(Answered::exchange)
                    .containsExactly(
                            Exchange.ANNOUNCE, Exchange.STATE, Exchange.DECLARE, Exchange.DIGESTS, Exchange.COMMIT);
            assertThat(Lab.all(file, ReceiptReceived.class))
                    .extracting(ReceiptReceived::changeSet)
                    .singleElement()
                    .asString()
                    .endsWith("2/1");
            assertThat(Lab.all(file, ExchangeEvidence.class))
                    .allSatisfy(piece -> assertThat(piece.after()).isPositive());
            assertThat(Lab.all(file, ViewReceived.class))
                    .extracting(view -> view.view().attempt())
                    .containsExactly(file.attempt());
        }
    }

    /** The replica refuses a disk of another size. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRefusalEarlierIsNoFindingLater(boolean http2) throws Exception {
        Path image = image("image", 100_000);
        Path larger = image("larger", 200_000);
        try (PrimaryClient primary = primary(http2)) {
            primary.replicate(DISK, image);
            ReplicationFailed refused = Lab.failed(() -> primary.replicate(DISK, larger));
            assertThat(Lab.rule(refused)).isEqualTo("exchange.refused");

            Replicated afterwards = primary.replicate(DISK, image);

            assertThat(relay.accepted()).isEqualTo(1);
            assertThat(Lab.all(afterwards.caseFile(), Refused.class)).isEmpty();
            assertThat(afterwards.verdict().findings()).isEmpty();
        }
    }

    @Test
    void aRefusalEarlierIsNotTheCauseOfALaterFailure() throws Exception {
        Path image = image("image", 100_000);
        Path larger = image("larger", 200_000);
        try (PrimaryClient primary = primary(false)) {
            primary.replicate(DISK, image);
            Lab.failed(() -> primary.replicate(DISK, larger));

            Path changed = image("changed", 100_000);
            // The connection ends under the slice, which is not sent twice.
            ReplicationFailed failed = Lab.failed(() -> primary.replicate(DISK, changed, (sent, total) -> drop()));

            assertThat(Lab.rule(failed)).isEqualTo("unexplained");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void afterManyAttemptsTheEvidenceIsStillComplete(boolean http2) {
        try (PrimaryClient primary = primary(http2)) {
            Replicated last = Lab.works(primary);
            for (int i = 0; i < 150; i++) {
                last = Lab.works(primary);
            }

            assertThat(relay.accepted()).isEqualTo(1);
            assertThat(Lab.all(last.caseFile(), Answered.class)).hasSize(1);
            assertThat(Lab.all(last.caseFile(), ViewReceived.class))
                    .extracting(view -> view.view().attempt())
                    .containsExactly(last.caseFile().attempt());
        }
    }

    /** Under HTTP/2 both are on one connection at the same time. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void attemptsAtTheSameTimeDoNotMix(boolean http2) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (PrimaryClient primary = primary(http2)) {
            Lab.works(primary);
            List<Future<Replicated>> attempts = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                attempts.add(threads.submit(() -> Lab.works(primary)));
            }
            for (Future<Replicated> attempt : attempts) {
                CaseFile file = attempt.get().caseFile();
                assertThat(Lab.all(file, ViewReceived.class))
                        .extracting(view -> view.view().attempt())
                        .containsExactly(file.attempt());
                assertThat(Lab.all(file, Answered.class)).hasSize(1);
                assertThat(attempt.get().verdict().findings()).isEmpty();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReplicaThatHasGoneMeanwhileIsUnreachable(boolean http2) throws Exception {
        try (PrimaryClient primary = primary(http2)) {
            Lab.works(primary);
            relay.close();

            ReplicationFailed failed = Lab.fails(primary);

            assertThat(Lab.rule(failed)).isEqualTo("replica.unreachable");
        }
    }

    /** The kept connection is found dead, and the next one is another's: what the new one meets is the news. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReplicaThatHasChangedItsTrustMeanwhileRejects(boolean http2) throws Exception {
        try (PrimaryClient primary = primary(http2)) {
            Lab.works(primary);
            replica.close();
            replica = Replica.start(LAB.replicaTrusting(folder.resolve("other"), new Lab().pki.trust()));
            relay.dropConnections();

            ReplicationFailed failed = Lab.fails(primary);

            assertThat(Lab.rule(failed)).isEqualTo("mtls.certificate-rejected");
            assertThat(failed.caseFile().took()).isLessThan(Duration.ofSeconds(5));
        }
    }

    private void drop() {
        try {
            relay.dropConnections();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path image(String name, int size) throws IOException {
        return Files.write(folder.resolve(name), Lab.noise(size, name.hashCode()));
    }
}
