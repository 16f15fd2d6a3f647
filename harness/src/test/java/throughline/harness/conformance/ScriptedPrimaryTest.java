package throughline.harness.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.certs.TestPki;
import throughline.identity.Identity;
import throughline.identity.TlsContexts;
import throughline.protocol.MediaTypes;
import throughline.replica.Admission;
import throughline.replica.Replica;
import throughline.replica.ReplicaSettings;
import throughline.replica.store.ReplicaStore;

class ScriptedPrimaryTest {
    private static final TestPki PKI = TestPki.create(Clock.systemUTC());
    private static final Identity SERVER = PKI.server("127.0.0.1");
    private static final Identity CLIENT = PKI.client("primary.test");
    private static final SSLContext TLS =
            TlsContexts.context(CLIENT.keyManager(), PKI.trust().trustManager());

    private static Replica replica;

    @BeforeAll
    static void open() throws Exception {
        Admission admission = Admission.anyAcceptedCertificate(Path.of("in-memory"));
        replica = Replica.start(ReplicaSettings.builder(SERVER, PKI.trust(), admission)
                .stores((folder, limits) -> ReplicaStore.inMemory(limits))
                .build());
    }

    @AfterAll
    static void close() {
        replica.close();
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void ourReplicaKeepsEveryPromise(HttpClient.Version version) {
        List<StepResult> results =
                new ScriptedPrimary(uri(replica.port()), TLS, version).run(WireScript.of("ours-" + version));

        assertThat(results).hasSizeGreaterThan(40).allMatch(StepResult::kept);
    }

    /** Each is wrong in one way, which breaks this promise first. */
    static Stream<Arguments> wrongs() {
        return Stream.of(
                wrong(
                        "an announcement is answered with the signed view",
                        answer -> answer.withBody(answer.body().replace("SHA256withECDSA", "SHA256withRSA"))),
                wrong(
                        "a machine that nobody declared is unknown",
                        answer -> answer.status() == 404 ? answer.withStatus(200) : answer),
                wrong(
                        "a machine does not change its disks",
                        answer -> answer.withBody(answer.body().replace(":disk-mismatch", ":malformed"))),
                wrong(
                        "a new disk is all zeros",
                        answer -> answer.mediaType().equals(MediaTypes.DIGESTS)
                                ? answer.withBody(answer.body().substring(16))
                                : answer),
                wrong(
                        "a slice gets a receipt with its digest and counts",
                        answer -> answer.withBody(answer.body().replace("\"blocks\":2", "\"blocks\":1"))),
                wrong(
                        "another slice with the same number is a conflict",
                        answer -> answer.body().contains(":sequence-conflict") ? answer.withStatus(200) : answer),
                wrong(
                        "a commit gets a receipt",
                        answer -> answer.mediaType().equals(MediaTypes.RECEIPT)
                                ? answer.withMediaType("application/json")
                                : answer));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongs")
    void aWrongReplicaIsCaught(String promise, UnaryOperator<WrongReplica.Answer> wrong) throws Exception {
        List<Step> steps = WireScript.of("wrong-" + Integer.toHexString(promise.hashCode()));
        int broken = steps.stream().map(Step::name).toList().indexOf(promise);
        try (WrongReplica fake = new WrongReplica(SERVER, PKI.trust(), TLS, uri(replica.port()), wrong)) {
            List<StepResult> results = new ScriptedPrimary(uri(fake.port()), TLS, HttpClient.Version.HTTP_1_1)
                    .run(steps.subList(0, broken + 1));

            assertThat(results.subList(0, broken)).allMatch(StepResult::kept);
            assertThat(results.get(broken).toString())
                    .startsWith("BROKEN  " + promise + "\n  expected ")
                    .contains("\n  seen ");
        }
    }

    private static Arguments wrong(String promise, UnaryOperator<WrongReplica.Answer> wrong) {
        return Arguments.of(promise, wrong);
    }

    private static URI uri(int port) {
        return URI.create("https://127.0.0.1:" + port);
    }
}
