package throughline.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import throughline.certs.TestPki;
import throughline.protocol.Json;
import throughline.protocol.MediaTypes;
import throughline.protocol.Refusal;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;
import throughline.replica.store.PrimaryName;
import throughline.replica.store.ReplicaStore;
import throughline.replica.view.HandshakeLog;
import throughline.replica.view.ViewSigner;

class TransfersTest {

    @TempDir
    Path folder;

    @Test
    void aPrimaryHasTwentyFourAtATimeUnlessItIsToldOtherwise() throws Exception {
        Transfers transfers = new Transfers(AdmissionLimits.usual());
        PrimaryName primary = new PrimaryName("primary.test");
        for (int i = 0; i < 24; i++) {
            transfers.begin(primary);
        }

        assertThatThrownBy(() -> transfers.begin(primary))
                .asInstanceOf(InstanceOfAssertFactories.type(RefusedException.class))
                .returns(RefusalReason.TOO_MANY_TRANSFERS, RefusedException::reason);
        assertThat(transfers.begin(new PrimaryName("other.test"))).isNotNull();
    }

    /** The second is not refused because of the first. */
    @ParameterizedTest
    @EnumSource
    void whatMayNotEvenWaitIsRefusedAndCountsNoMore(HttpClient.Version version) throws Exception {
        TestPki pki = TestPki.create(Clock.systemUTC());
        ReplicaSettings settings = ReplicaSettings.builder(
                        pki.server("127.0.0.1"),
                        pki.trust(),
                        Admission.anyAcceptedCertificate(folder)
                                .withLimits(AdmissionLimits.usual().withMostTransfers(1)))
                .build();
        Executor none = task -> {
            throw new RejectedExecutionException();
        };
        WorkThreads full = new WorkThreads() {
            @Override
            public Executor ofTransfers() {
                return none;
            }

            @Override
            public Executor ofFolder(Path storage) {
                return none;
            }
        };
        HandshakeLog log = new HandshakeLog(settings.clock());
        PresentedCredentials credentials = PresentedCredentials.of(settings, log);
        Exchanges exchanges = new Exchanges();
        try (Machines machines = Machines.open(settings.admission(), (store, limits) -> ReplicaStore.inMemory(limits));
                HttpsPort port = HttpsPort.open(
                        settings,
                        settings.listen(),
                        log,
                        credentials,
                        (kept, threads) -> new ReplicaHandler(
                                new ReplicaParts(
                                        log,
                                        new Operations(
                                                new ViewSigner(
                                                        credentials::presented, () -> "boot", log, settings.clock()),
                                                machines),
                                        settings.admission(),
                                        new Transfers(settings.admission().limits()),
                                        settings.script(),
                                        new ExchangeLog()),
                                exchanges,
                                kept,
                                full,
                                gone -> {}))) {
            HttpClient client = Lab.http(Lab.context(pki.client("primary.test"), pki.trust()), version, "TLSv1.3");
            HttpRequest slice = Lab.request(
                            port.address().getPort(), "/v1/machines/m/change-sets/1/1/slices/0", MediaTypes.SLICE)
                    .POST(HttpRequest.BodyPublishers.ofByteArray(Slices.of(0, new byte[1])))
                    .build();
            for (int i = 0; i < 2; i++) {
                HttpResponse<byte[]> answer = Lab.send(client, slice);

                assertThat(answer.statusCode()).isEqualTo(429);
                assertThat(Json.plain().decode(answer.body(), Refusal.class).detail())
                        .isEqualTo("as many transfers wait for this replica as it lets wait");
                assertThat(exchanges.awaitIdle(Duration.ofSeconds(60))).isTrue();
            }
            HttpResponse<byte[]> declared = Lab.send(
                    client,
                    Lab.request(port.address().getPort(), "/v1/machines/m", MediaTypes.MACHINE)
                            .PUT(HttpRequest.BodyPublishers.ofString(
                                    "{\"epoch\":1,\"disks\":[{\"disk\":\"c\",\"size\":16}]}"))
                            .build());
            assertThat(declared.statusCode()).isEqualTo(500);
            assertThat(Json.plain().decode(declared.body(), Refusal.class).type())
                    .isEqualTo("urn:throughline:refusal:storage-failed");
            assertThat(exchanges.awaitIdle(Duration.ofSeconds(60))).isTrue();
        }
    }
}
