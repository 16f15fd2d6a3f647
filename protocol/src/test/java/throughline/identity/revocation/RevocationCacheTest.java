package throughline.identity.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import throughline.identity.Trust;
import throughline.identity.UnusableIdentityException;
import throughline.identity.revocation.RevocationStatus.Source;
import throughline.identity.revocation.RevocationStatus.State;

class RevocationCacheTest {
    private static final String OCSP = "http://ocsp.test/";
    private static final String CRL = "http://crl.test/";

    @TempDir
    private Path folder;

    private final ScriptedFetch fetch = new ScriptedFetch();
    private Instant now = Instant.now().plusSeconds(60);
    private final RevocationCheck check = new RevocationCheck(fetch, () -> now);
    private OpenSslLab lab;
    private Trust trust;
    private X509Certificate leaf;

    @BeforeEach
    void authority() throws UnusableIdentityException {
        lab = OpenSslLab.in(folder);
        lab.root("root", "root");
        trust = Trust.of(List.of(lab.certificate("root")));
        leaf = lab.leaf("leaf", "root", "authorityInfoAccess=OCSP;URI:" + OCSP, "crlDistributionPoints=URI:" + CRL);
    }

    @Test
    void ocspAnswerIsKeptUntilItsNextUpdate() {
        fetch.ocsp(OCSP, request -> lab.ocsp("root", "root", request));
        state();
        now = now.plus(Duration.ofMinutes(57));
        state();
        assertThat(fetch.asked()).containsExactly("POST " + OCSP);

        now = now.plus(Duration.ofMinutes(3));
        state();
        assertThat(fetch.asked()).containsExactly("POST " + OCSP, "POST " + OCSP);
    }

    @Test
    void crlIsKeptUntilItsNextUpdate() {
        fetch.crl(CRL, lab.crl("root"));
        state();
        now = now.plus(Duration.ofMinutes(57));
        state();
        assertThat(fetch.asked()).containsExactly("POST " + OCSP, "GET " + CRL);

        now = now.plus(Duration.ofMinutes(3));
        state();
        assertThat(fetch.asked()).containsExactly("POST " + OCSP, "GET " + CRL, "POST " + OCSP, "GET " + CRL);
    }

    @Test
    void whatIsUnknownIsAskedAgain() {
        assertThat(state()).isEqualTo(State.UNKNOWN);
        fetch.crl(CRL, lab.crl("root"));

        assertThat(state()).isEqualTo(State.GOOD);
    }

    @Test
    void answerWithoutNextUpdateIsNotKept() {
        fetch.ocsp(OCSP, request -> lab.ocspOfThisMoment("root", request));
        assertThat(state()).isEqualTo(State.GOOD);
        assertThat(state()).isEqualTo(State.GOOD);

        assertThat(fetch.asked()).containsExactly("POST " + OCSP, "POST " + OCSP);
    }

    @Test
    void stapledAnswerIsKeptForTheTimeWhenNothingIsStapled() {
        assertThat(state(staple())).isEqualTo(State.GOOD);
        assertThat(state()).isEqualTo(State.GOOD);

        assertThat(fetch.asked()).isEmpty();
    }

    @Test
    void stapledRevocationCountsAgainstWhatIsKeptAsGood() {
        assertThat(state(staple())).isEqualTo(State.GOOD);
        lab.revoke("leaf", "root", "superseded");

        assertThat(state(staple())).isEqualTo(State.REVOKED);
    }

    @Test
    void staplesFromBeforeTheRevocationDoNotUndoIt() {
        byte[] good = staple();
        lab.revoke("leaf", "root", "superseded");
        fetch.crl(CRL, lab.crl("root"));
        assertThat(state()).isEqualTo(State.REVOKED);

        assertThat(state(good)).isEqualTo(State.REVOKED);
    }

    @Test
    void unusableStapleLeavesWhatIsKept() {
        fetch.crl(CRL, lab.crl("root"));
        state();

        assertThat(state(new byte[] {1})).isEqualTo(State.GOOD);
        assertThat(fetch.asked()).containsExactly("POST " + OCSP, "GET " + CRL);
    }

    @Test
    void oldestOfTooManyIsForgotten() {
        List<X509Certificate> any =
                Trust.platform().anchors().stream().limit(20).toList();
        RevocationCache cache = new RevocationCache();
        for (int i = 0; i <= RevocationCache.MOST; i++) {
            cache.put(status(any.get(i / any.size())), any.get(i % any.size()), now.plusSeconds(1));
        }

        assertThat(cache.get(any.get(0), any.get(0), now)).isEmpty();
        assertThat(cache.get(any.get(0), any.get(1), now)).isPresent();
    }

    private static RevocationStatus status(X509Certificate certificate) {
        return new RevocationStatus(certificate, State.GOOD, Source.CRL, Optional.empty(), Optional.empty(), "");
    }

    private byte[] staple() {
        try {
            return lab.ocsp("root", "root", OcspRequest.about(leaf, lab.certificate("root")));
        } catch (MalformedDerException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private State state(byte[]... stapled) {
        return check.check(List.of(leaf), trust, List.of(stapled)).get(0).state();
    }
}
