package throughline.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.protocol.Json;
import throughline.protocol.Refusal;
import throughline.protocol.RefusalReason;
import throughline.protocol.replication.MachineList;
import throughline.protocol.replication.MachineName;

/** Who may do what, over the port. */
class AdmissionTest {
    private static final byte[] SLICE = Slices.of(0, new byte[] {1});

    @TempDir
    Path folder;

    private Lab lab;

    @BeforeEach
    void open() throws Exception {
        Admission admission = new Admission(
                List.of(
                        entry("a1.test", "one", "a"),
                        entry("a2.test", "two", "a"),
                        entry("lone*.test", "one", ""),
                        entry("b.test", "one", "b")),
                AdmissionLimits.usual());
        lab = new Lab(folder.resolve("one"), admission, settings -> settings);
    }

    @AfterEach
    void close() {
        lab.close();
    }

    @Test
    void whoIsNotAdmittedMayAnnounceAlone() throws Exception {
        HttpClient stranger = client("stranger.test");

        assertThat(Lab.send(stranger, lab.announcement()).statusCode()).isEqualTo(200);
        assertThat(refusal(stranger, lab.declaration("m", 16, 1))).contains("stranger.test");
        assertThat(refusal(stranger, lab.get("/v1/machines"))).contains("stranger.test");
    }

    static Stream<String> others() {
        return Stream.of("lone2.test", "b.test");
    }

    /** Two primaries without a trust group are not of one group. */
    @ParameterizedTest
    @MethodSource("others")
    void aMachineIsItsCreatorsAlone(String other) throws Exception {
        Lab.send(client("lone1.test"), lab.declaration("m", 16, 1));
        HttpClient client = client(other);

        for (HttpRequest request : everything("m")) {
            assertThat(refusal(client, request)).contains("machine m was created by another primary", other);
        }
        assertThat(listed(client)).isEmpty();
        assertThat(listed(client("lone1.test"))).containsExactly("m");
    }

    @Test
    void itsTrustGroupMayGoOnWithAMachineWhereItIs() throws Exception {
        Lab.send(client("a1.test"), lab.declaration("m", 16, 1));
        HttpClient second = client("a2.test");

        HttpResponse<byte[]> declared = Lab.send(second, lab.declaration("m", 16, 2));
        HttpResponse<byte[]> stored = Lab.send(second, lab.slice("m", 2, 1, 0, SLICE));
        HttpResponse<byte[]> committed = Lab.send(second, lab.commit("m", 2, 1, Slices.digest(SLICE)));

        assertThat(List.of(declared.statusCode(), stored.statusCode(), committed.statusCode()))
                .containsOnly(200);
        assertThat(listed(second)).containsExactly("m");
        assertThat(lab.content("m")).startsWith(1);
        assertThat(lab.replica.store(folder.resolve("two")).machines()).isEmpty();
    }

    @Test
    void aNameIsGivenOnceInAllFolders() throws Exception {
        Lab.send(client("a2.test"), lab.declaration("m", 16, 1));

        assertThat(refusal(client("b.test"), lab.declaration("m", 16, 1))).contains("created by another primary");
        assertThat(lab.replica.store(folder.resolve("one")).machines()).isEmpty();
        assertThat(lab.replica.store(folder.resolve("two")).machines()).containsExactly(new MachineName("m"));
    }

    @Test
    void moreTransfersThanAllowedAreRefused() throws Exception {
        try (Lab limited = new Lab(
                folder,
                Admission.anyAcceptedCertificate(folder)
                        .withLimits(AdmissionLimits.usual().withMostTransfers(1)),
                settings -> settings)) {
            HttpClient client = limited.http(HttpClient.Version.HTTP_2);
            Lab.send(client, limited.declaration("m", 16, 1));
            try (HalfASlice half = new HalfASlice(limited, limited.context(), "m")) {
                HttpResponse<byte[]> second = Lab.send(client, limited.slice("m", 1, 1, 1, SLICE));

                assertThat(second.statusCode()).isEqualTo(429);
                half.finish();
            }
            // The place is free again a moment after the answer.
            Await.until(
                    () -> Lab.send(client, limited.slice("m", 1, 1, 1, SLICE)).statusCode() == 200);
        }
    }

    @Test
    void aRateIsKept() throws Exception {
        try (Lab slow = new Lab(
                folder,
                Admission.anyAcceptedCertificate(folder)
                        .withLimits(AdmissionLimits.usual().withBytesPerSecond(1 << 20)),
                settings -> settings)) {
            HttpClient client = slow.http(HttpClient.Version.HTTP_1_1);
            Lab.send(client, slow.declaration("m", 1 << 20, 1));
            long start = System.nanoTime();
            HttpResponse<byte[]> stored = Lab.send(client, slow.slice("m", 1, 1, 0, Slices.of(0, new byte[128 << 10])));

            assertThat(stored.statusCode()).isEqualTo(200);
            // 128 KiB at 1 MiB/s take 125 ms; the last read is not waited for.
            assertThat(System.nanoTime() - start).isGreaterThan(90_000_000);
        }
    }

    private List<HttpRequest> everything(String machine) {
        return List.of(
                lab.declaration(machine, 16, 2),
                lab.get("/v1/machines/" + machine),
                lab.slice(machine, 1, 1, 0, SLICE),
                lab.commit(machine, 1, 1),
                lab.get("/v1/machines/" + machine + "/disks/c/digests/committed/" + PlainDigest.KEY + "/0/1"));
    }

    private AdmissionEntry entry(String name, String store, String trustGroup) {
        return new AdmissionEntry(new CertificatePattern.Name(name), folder.resolve(store), trustGroup);
    }

    private HttpClient client(String name) {
        return Lab.http(Lab.context(lab.pki.client(name), lab.pki.trust()), HttpClient.Version.HTTP_2, "TLSv1.3");
    }

    private List<String> listed(HttpClient client) throws Exception {
        HttpResponse<byte[]> response = Lab.send(client, lab.get("/v1/machines"));
        return Json.plain().decode(response.body(), MachineList.class).machines().stream()
                .map(state -> state.machine().value())
                .toList();
    }

    private static String refusal(HttpClient client, HttpRequest request) throws Exception {
        HttpResponse<byte[]> response = Lab.send(client, request);
        assertThat(response.statusCode())
                .as(new String(response.body(), StandardCharsets.UTF_8))
                .isEqualTo(403);
        Refusal refusal = Json.plain().decode(response.body(), Refusal.class);
        assertThat(RefusalReason.ofType(refusal.type())).contains(RefusalReason.NOT_AUTHORISED);
        return refusal.detail();
    }
}
