package throughline.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.certs.revocation.RevocationServer;
import throughline.identity.Identity;

/** What JSSE and OpenSSL really answer to each flaw is what {@code flaws.tsv} says. */
class FlawAnswersTest {
    private static final TestPki PLAIN = TestPki.create(InstantSource.system());

    private static RevocationServer revocation;

    @TempDir
    static Path folder;

    @BeforeAll
    static void openRevocation() {
        revocation = RevocationServer.start(InstantSource.system());
    }

    @AfterAll
    static void closeRevocation() {
        revocation.close();
    }

    static List<FlawAnswers> answers() throws IOException {
        return FlawAnswers.read();
    }

    static Stream<FlawAnswers> answersAboutRevocation() throws IOException {
        return answers().stream().filter(FlawAnswers::isOfRevocation);
    }

    @ParameterizedTest
    @MethodSource("answers")
    void jsseAnswersAsTheTableSays(FlawAnswers expected) throws Exception {
        int release = Runtime.version().feature();
        assumeTrue(release == 17 || release == 25, "the table has JSSE of 17 and of 25, and this is " + release);
        TestPki pki = pki(expected);
        JsseJudge judge = expected.isOfRevocation() ? JsseJudge.checkingRevocation(pki) : JsseJudge.plain(pki);

        assertThat(judge.answer(flawed(expected, pki), expected.end(), expected.name()))
                .isEqualTo(release == 17 ? expected.jsse17() : expected.jsse25());
    }

    @ParameterizedTest
    @MethodSource("answers")
    void opensslAnswersAsTheTableSays(FlawAnswers expected) throws Exception {
        assumeOpenSsl30();
        TestPki pki = pki(expected);
        Identity flawed = flawed(expected, pki);
        // The openssl commands here ask no OCSP responder, and miss a CRL that such a certificate does not name.
        OpenSslJudge judge = expected.isOfRevocation() && expected.flaw() != Flaw.REVOKED_BY_OCSP
                ? OpenSslJudge.checkingCrl(pki, folder)
                : OpenSslJudge.plain(pki, folder);

        assertThat(judge.verify(flawed, expected.end(), expected.name())).isEqualTo(expected.opensslVerify());
        assertThat(judge.handshake(flawed, expected.end(), expected.name())).isEqualTo(expected.opensslHandshake());
    }

    @ParameterizedTest
    @MethodSource("answersAboutRevocation")
    void whoDoesNotCheckRevocationAccepts(FlawAnswers expected) throws Exception {
        TestPki pki = pki(expected);
        Identity flawed = flawed(expected, pki);

        assertThat(JsseJudge.plain(pki).answer(flawed, expected.end(), expected.name()))
                .isEqualTo("accepted");
        assertThat(OpenSslJudge.plain(pki, folder).verify(flawed, expected.end(), expected.name()))
                .isEqualTo("accepted");
    }

    @ParameterizedTest
    @EnumSource(Usage.class)
    void theGoodOneIsAcceptedByAll(Usage end) throws Exception {
        for (TestPki pki : List.of(
                PLAIN,
                TestPki.withIntermediate(InstantSource.system()),
                TestPki.withRevocation(InstantSource.system(), revocation))) {
            Identity good = pki.issue(request(end, "replica.lab.test"));

            assertThat(JsseJudge.plain(pki).answer(good, end, "replica.lab.test"))
                    .isEqualTo("accepted");
            assertThat(OpenSslJudge.plain(pki, folder).verify(good, end, "replica.lab.test"))
                    .isEqualTo("accepted");
            assertThat(OpenSslJudge.plain(pki, folder).handshake(good, end, "replica.lab.test"))
                    .isEqualTo("accepted");
        }
    }

    @ParameterizedTest
    @EnumSource(Usage.class)
    void theGoodOneIsAcceptedByWhoChecksRevocation(Usage end) throws Exception {
        TestPki pki = TestPki.withRevocation(InstantSource.system(), revocation);
        Identity good = pki.issue(request(end, "replica.lab.test"));

        assertThat(JsseJudge.checkingRevocation(pki).answer(good, end, "replica.lab.test"))
                .isEqualTo("accepted");
        assertThat(OpenSslJudge.checkingCrl(pki, folder).verify(good, end, "replica.lab.test"))
                .isEqualTo("accepted");
        assertThat(OpenSslJudge.checkingCrl(pki, folder).handshake(good, end, "replica.lab.test"))
                .isEqualTo("accepted");
    }

    @Test
    void opensslOcspSaysRevoked() throws IOException {
        TestPki pki = TestPki.withRevocation(InstantSource.system(), revocation);
        Identity flawed = pki.server("replica.lab.test", Flaw.REVOKED_BY_OCSP);
        IdentityWriter.pem(pki.trust(), folder.resolve("root.pem"));
        IdentityWriter.pem(flawed, folder.resolve("leaf.pem"), folder.resolve("leaf.key"));

        String responder =
                RevocationAddresses.ocspOf(flawed.leaf()).orElseThrow().toString();
        assertThat(OpenSsl.in(folder).run("ocsp -issuer root.pem -cert leaf.pem -CAfile root.pem -url " + responder))
                .contains("Response verify OK")
                .contains("leaf.pem: revoked");
    }

    @Test
    void everyFlawHasOneLineForEachEndThatItIsOneOf() throws IOException {
        assertThat(answers().stream().map(FlawAnswers::toString))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Flaw.values())
                        .flatMap(flaw -> flaw.usages().stream()
                                .map(end -> new FlawAnswers(flaw, end, "", "", "", "", "").toString()))
                        .toList());
    }

    @Test
    void whereJsseAndOpenSslDifferThereIsANote() throws IOException {
        List<FlawAnswers> answers = answers();

        assertThat(answers.stream()
                        .filter(row -> row.jsse25().equals("accepted")
                                        != row.opensslVerify().equals("accepted")
                                || row.jsse25().equals("accepted")
                                        != row.opensslHandshake().equals("accepted"))
                        .map(FlawAnswers::flaw))
                .isSubsetOf(answers.stream()
                        .filter(row -> !row.note().isEmpty())
                        .map(FlawAnswers::flaw)
                        .toList())
                .contains(Flaw.SHA1_SIGNATURE, Flaw.RSA_1024, Flaw.WILDCARD_TOO_BROAD);
    }

    private static TestPki pki(FlawAnswers expected) {
        return expected.isOfRevocation() ? TestPki.withRevocation(InstantSource.system(), revocation) : PLAIN;
    }

    private static Identity flawed(FlawAnswers expected, TestPki pki) {
        return pki.issue(request(expected.end(), expected.name()), expected.flaw());
    }

    private static LeafRequest request(Usage end, String name) {
        return switch (end) {
            case SERVER -> LeafRequest.server(name);
            case CLIENT -> LeafRequest.client(name);
        };
    }

    private static void assumeOpenSsl30() {
        String version = OpenSsl.in(folder).run("version");
        assumeTrue(version.startsWith("OpenSSL 3.0."), "the table has OpenSSL 3.0, and this is " + version);
    }
}
