package throughline.identity.revocation;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.identity.Trust;
import throughline.identity.UnusableIdentityException;
import throughline.identity.revocation.RevocationStatus.State;

/**
 * OCSP answers and CRLs that nobody signed as they are. The first byte chooses who is asked about which certificate: what
 * comes out is that nothing is known or, where the signed part is whole, what was signed.
 */
class RevocationAnswerFuzz {
    private static final String OCSP = "http://127.0.0.1:1/ocsp";
    private static final String CRL = "http://127.0.0.1:1/crl";
    private static final int ABOUT_REVOKED = 1;
    private static final int BY_CRL = 2;
    private static final int STAPLED = 4;

    @TempDir
    static Path folder;

    private static OpenSslLab lab;
    private static InstantSource clock;
    private static Trust trust;
    private static X509Certificate good;
    private static X509Certificate revoked;

    @BeforeAll
    static void makeAuthority() throws UnusableIdentityException {
        // Ahead of the certificates, which are in force from the moment when openssl makes them.
        clock = InstantSource.fixed(Instant.now().plus(Duration.ofMinutes(5)));
        lab = OpenSslLab.in(folder);
        lab.root("root", "root");
        trust = Trust.of(List.of(lab.certificate("root")));
        good = lab.leaf("good", "root", "authorityInfoAccess=OCSP;URI:" + OCSP, "crlDistributionPoints=URI:" + CRL);
        revoked =
                lab.leaf("revoked", "root", "authorityInfoAccess=OCSP;URI:" + OCSP, "crlDistributionPoints=URI:" + CRL);
        lab.revoke("revoked", "root", "keyCompromise");
    }

    static Stream<byte[]> seeds() throws MalformedDerException {
        byte[] aboutGood = lab.ocsp("root", "root", OcspRequest.about(good, lab.certificate("root")));
        byte[] aboutRevoked =
                lab.ocsp("root", "root", OcspRequest.about(revoked, lab.certificate("root")), "-resp_key_id");
        byte[] list = lab.crl("root");
        return Stream.of(
                seed(0, aboutGood),
                seed(ABOUT_REVOKED, aboutRevoked),
                seed(STAPLED, aboutGood),
                seed(BY_CRL, list),
                seed(BY_CRL | ABOUT_REVOKED, list),
                seed(BY_CRL | ABOUT_REVOKED, lab.crl("root", "-crlexts users")));
    }

    private static byte[] seed(int choice, byte[] answer) {
        byte[] seed = new byte[answer.length + 1];
        seed[0] = (byte) choice;
        System.arraycopy(answer, 0, seed, 1, answer.length);
        return seed;
    }

    @MethodSource("seeds")
    @FuzzTest
    void anAnswerIsWhatWasSignedOrNothing(byte[] bytes) {
        int choice = bytes.length == 0 ? 0 : bytes[0];
        byte[] answer = bytes.length == 0 ? bytes : Arrays.copyOfRange(bytes, 1, bytes.length);
        boolean aboutRevoked = (choice & ABOUT_REVOKED) != 0;
        boolean stapled = (choice & STAPLED) != 0;

        RevocationCheck check = new RevocationCheck(new Answering(answer, (choice & BY_CRL) != 0), clock);
        List<RevocationStatus> statuses =
                check.check(List.of(aboutRevoked ? revoked : good), trust, stapled ? List.of(answer) : List.of());

        State never = aboutRevoked ? State.GOOD : State.REVOKED;
        if (statuses.size() != 1 || statuses.get(0).state() == never) {
            throw new AssertionError(statuses);
        }
        HostileAnswers.isOneSentence(statuses.get(0));
    }

    /** The same for everybody who asks for this kind; the other kind is out of reach. */
    private static final class Answering implements RevocationFetch {
        private final byte[] answer;
        private final boolean lists;

        Answering(byte[] answer, boolean lists) {
            this.answer = answer;
            this.lists = lists;
        }

        @Override
        public byte[] get(URI address) throws IOException {
            return answer(lists);
        }

        @Override
        public byte[] post(URI address, byte[] ocspRequest) throws IOException {
            return answer(!lists);
        }

        private byte[] answer(boolean mine) throws IOException {
            if (!mine) {
                throw new IOException("answered 404");
            }
            return answer;
        }
    }
}
