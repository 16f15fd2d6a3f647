package throughline.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import throughline.identity.Identity;

/** What the flaws are; what peers make of them is in {@link FlawAnswersTest}. */
class FlawTest {
    private static final Instant NOON = Instant.parse("2031-05-17T12:00:00Z");
    private static final TestPki PKI = TestPki.create(InstantSource.fixed(NOON));

    @Test
    void idsAreForCommandLinesAndFoundAgain() {
        assertThat(Flaw.values()).allSatisfy(flaw -> {
            assertThat(flaw.id()).matches("[a-z0-9]+(-[a-z0-9]+)*");
            assertThat(Flaw.find(flaw.id())).contains(flaw);
        });
        assertThat(Flaw.find("EXPIRED")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Flaw.class)
    void everyFlawIsDescribedInOneSentenceAndHasAClause(Flaw flaw) {
        assertThat(flaw.description()).matches("[^.]([^.]|\\.[^ ])*\\.");
        assertThat(flaw.clause()).isNotBlank();
        assertThat(flaw.usages()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "EXPIRED,                -PT1H,  -PT30M",
        "NOT_YET_VALID,          PT1H,   P30D",
        "EXPIRES_WITHIN_A_DAY,   -PT1H,  PT6H",
        "LIFETIME_OVER_398_DAYS, -PT1H,  PT9575H",
    })
    void datesAreByTheClock(Flaw flaw, Duration notBefore, Duration notAfter) {
        X509Certificate leaf = PKI.server("replica.test", flaw).leaf();

        assertThat(leaf.getNotBefore()).isEqualTo(NOON.plus(notBefore));
        assertThat(leaf.getNotAfter()).isEqualTo(NOON.plus(notAfter));
    }

    @ParameterizedTest
    @CsvSource({
        "WRONG_NAME,         replica.lab.test, other.lab.test",
        "WRONG_NAME,         other.lab.test,   another.lab.test",
        "IP_ADDRESS_AS_NAME, replica.lab.test, 192.0.2.1",
        "WILDCARD,           replica.lab.test, *.lab.test",
        "WILDCARD_TOO_BROAD, replica.test,     *.test",
        "WILDCARD_TOO_BROAD, replica.lab.test, *.test",
    })
    void alternativeNameAndCommonNameAreReplacedTogether(Flaw flaw, String asked, String shown) throws Exception {
        X509Certificate leaf = PKI.server(asked, flaw).leaf();

        assertThat(leaf.getSubjectAlternativeNames())
                .singleElement()
                .satisfies(name -> assertThat(name.get(1)).isEqualTo(shown));
        assertThat(leaf.getSubjectX500Principal().getName()).isEqualTo("CN=" + shown + ",O=Throughline Lab");
    }

    @Test
    void aFlawOfServersIsNoneOfAClient() {
        assertThatThrownBy(() -> PKI.client("primary.test", Flaw.WRONG_NAME))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The flaw wrong-name makes no difference to a leaf for [CLIENT], only for [SERVER].");
    }

    @Test
    void aNameOfTwoLabelsHasNoGoodWildcard() {
        assertThatThrownBy(() -> PKI.server("replica.test", Flaw.WILDCARD))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("replica.test")
                .hasMessageContaining("three labels");
    }

    @Test
    void aLeafForAnAddressHasNoWildcard() {
        assertThatThrownBy(() -> PKI.server("127.0.0.1", Flaw.WILDCARD)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = Flaw.class,
            names = {"REVOKED_BY_CRL", "REVOKED_BY_OCSP", "REVOCATION_UNREACHABLE", "STALE_CRL"})
    void aFlawOfRevocationNeedsAServerThatSaysSo(Flaw flaw) {
        assertThat(flaw.needsRevocationPoints()).isTrue();
        assertThatThrownBy(() -> PKI.server("replica.test", flaw))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "The flaw %s needs a server to ask for revocation: make the lab with TestPki.withRevocation.",
                        flaw.id());
    }

    @Test
    void allOtherFlawsAreMadeForAddressesTooAndWithEveryKeyThatCan() {
        for (KeyType type : List.of(KeyType.EC_P384, KeyType.RSA_2048)) {
            TestPki pki = TestPki.create(InstantSource.system(), type);
            Arrays.stream(Flaw.values())
                    .filter(flaw ->
                            !flaw.needsRevocationPoints() && flaw.usages().contains(Usage.SERVER))
                    .filter(flaw -> flaw != Flaw.WILDCARD && flaw != Flaw.WILDCARD_TOO_BROAD)
                    .forEach(flaw -> assertThat(pki.issue(LeafRequest.server("::1"), flaw))
                            .isNotNull());
        }
    }

    @Test
    void anEd25519AuthorityCannotSignWithSha1() {
        TestPki pki = TestPki.create(InstantSource.system(), KeyType.ED25519);

        assertThatThrownBy(() -> pki.server("replica.test", Flaw.SHA1_SIGNATURE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Ed25519");
    }

    /** The names of everything that a chain shows and that differs from the good one's, for a server's leaf. */
    @ParameterizedTest
    @CsvSource({
        "EXPIRED,                    notAfter",
        "NOT_YET_VALID,              notBefore",
        "EXPIRES_WITHIN_A_DAY,       notAfter",
        "LIFETIME_OVER_398_DAYS,     notAfter",
        "WRONG_NAME,                 subject 2.5.29.17",
        "NAME_ONLY_IN_CN,            2.5.29.17",
        "NO_SAN,                     subject 2.5.29.17",
        "IP_ADDRESS_AS_NAME,         subject 2.5.29.17",
        "WILDCARD,                   subject 2.5.29.17",
        "WILDCARD_TOO_BROAD,         subject 2.5.29.17",
        "WRONG_USAGE,                2.5.29.37",
        "NO_EKU,                     2.5.29.37",
        "WRONG_KEY_USAGE,            2.5.29.15",
        "SELF_SIGNED,                issuer signer",
        "UNKNOWN_ISSUER,             issuer signer",
        "SAME_NAMED_ISSUER,          signer",
        "MISSING_INTERMEDIATE,       issuer signer",
        "EXTRA_CERTIFICATES,         chain",
        "WRONG_ORDER,                issuer signer chain",
        "EXPIRED_INTERMEDIATE,       issuer signer chain",
        "INTERMEDIATE_NOT_CA,        issuer signer chain",
        "PATH_LENGTH_EXCEEDED,       issuer signer chain",
        "NAME_NOT_PERMITTED,         issuer signer chain",
        "NAME_EXCLUDED,              issuer signer chain",
        "UNKNOWN_CRITICAL_EXTENSION, 2.999.1",
        "SHA1_SIGNATURE,             signature",
        "RSA_1024,                   key",
        "CORRUPTED_SIGNATURE,        signer",
        "KEY_MISMATCH,               ''",
        "NO_REVOCATION_SOURCE,       ''",
    })
    void theLeafDeviatesInNothingElse(Flaw flaw, String fields) throws Exception {
        CertificateFields good = CertificateFields.of(PKI, PKI.server("replica.lab.test"));
        Identity flawed = PKI.server("replica.lab.test", flaw);

        assertThat(CertificateFields.of(PKI, flawed).differingFrom(good))
                .containsExactlyInAnyOrder(fields.isEmpty() ? new String[0] : fields.split(" "));
    }
}
