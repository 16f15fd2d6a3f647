package throughline.identity.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import throughline.identity.revocation.RevocationSources.CrlPoint;
import throughline.identity.revocation.RevocationStatus.State;

/** Answers damaged at every place: what comes out is a judgement, and never that a revoked certificate is good. */
class HostileAnswersTest {
    private static final String CRL = "http://crl.test/a";

    @TempDir
    private static Path folder;

    private static Instant now;
    private static X509Certificate root;
    private static X509Certificate revoked;
    private static byte[] ocspAnswer;
    private static byte[] crl;

    @BeforeAll
    static void authority() throws MalformedDerException {
        now = Instant.now().plus(Duration.ofMinutes(5));
        OpenSslLab lab = OpenSslLab.in(folder);
        lab.root("root", "root");
        revoked = lab.leaf("revoked", "root", "crlDistributionPoints=URI:" + CRL);
        root = lab.certificate("root");
        lab.revoke("revoked", "root", "keyCompromise");
        ocspAnswer = lab.ocsp("root", "root", OcspRequest.about(revoked, root));
        crl = lab.crl("root", "-crlexts here");
    }

    @Test
    void ocspAnswerCutOff() {
        assertThat(ocsp(ocspAnswer).state()).isEqualTo(State.REVOKED);
        assertCutOffIsUnknown(ocspAnswer, HostileAnswersTest::ocsp);
    }

    @Test
    void crlCutOff() {
        assertThat(crl(crl).state()).isEqualTo(State.REVOKED);
        assertCutOffIsUnknown(crl, HostileAnswersTest::crl);
    }

    @Test
    void ocspAnswerDamaged() {
        assertDamageIsNeverGood(ocspAnswer, HostileAnswersTest::ocsp);
    }

    @Test
    void crlDamaged() {
        assertDamageIsNeverGood(crl, HostileAnswersTest::crl);
    }

    @Test
    void lengthsThatLie() {
        byte[] endless = {0x30, (byte) 0x84, 0x7F, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF};

        assertThat(ocsp(endless).state()).isEqualTo(State.UNKNOWN);
        assertThat(crl(endless).state()).isEqualTo(State.UNKNOWN);
    }

    private static void assertCutOffIsUnknown(byte[] whole, Function<byte[], Judgement> judge) {
        for (int length = 0; length < whole.length; length++) {
            assertThat(judge.apply(Arrays.copyOf(whole, length)).state())
                    .as("%d bytes", length)
                    .isEqualTo(State.UNKNOWN);
        }
    }

    private static void assertDamageIsNeverGood(byte[] whole, Function<byte[], Judgement> judge) {
        Random random = new Random(3);
        for (int i = 0; i < 2 * whole.length; i++) {
            byte[] damaged = whole.clone();
            damaged[i % whole.length] ^= (byte) (1 + random.nextInt(255));
            Judgement judgement = judge.apply(damaged);
            assertThat(judgement.state()).as("at %d", i % whole.length).isNotEqualTo(State.GOOD);
            assertThat(judgement.predicate()).matches("[^\\p{C}\\p{Zl}\\p{Zp}]{1,400}");
        }
    }

    private static Judgement ocsp(byte[] answer) {
        return OcspJudge.judge(answer, revoked, root, now);
    }

    private static Judgement crl(byte[] bytes) {
        return CrlJudge.judge(bytes, new CrlPoint(URI.create(CRL), List.of(CRL)), revoked, root, now);
    }
}
