package throughline.certs;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CRLReason;
import java.security.cert.X509CRL;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import throughline.identity.Trust;

class CrlTest {
    private static final Instant NOON = Instant.parse("2031-05-17T12:00:00Z");
    private static final CertificateAuthority AUTHORITY =
            CertificateAuthority.root("CRL Test Root", InstantSource.fixed(NOON));

    @TempDir
    Path folder;

    @Test
    void opensslReadsWhatItSays() throws Exception {
        X509CRL crl = AUTHORITY.crl(
                NOON,
                NOON.plusSeconds(3600),
                List.of(
                        new RevokedCertificate(
                                BigInteger.valueOf(0xABCDEF), NOON.minusSeconds(60), CRLReason.SUPERSEDED),
                        new RevokedCertificate(BigInteger.TWO, NOON.minusSeconds(90), CRLReason.UNSPECIFIED)));

        assertThat(text(crl, AUTHORITY))
                .contains("verify OK")
                .contains("Version 2 (0x1)")
                .contains("Issuer: O=Throughline Lab, CN=CRL Test Root")
                .contains("Last Update: May 17 12:00:00 2031 GMT Next Update: May 17 13:00:00 2031 GMT")
                .contains("X509v3 Authority Key Identifier")
                .contains("X509v3 CRL Number")
                .contains("Serial Number: ABCDEF Revocation Date: May 17 11:59:00 2031 GMT CRL entry extensions:"
                        + " X509v3 CRL Reason Code: Superseded")
                .contains("Serial Number: 02 Revocation Date: May 17 11:58:30 2031 GMT Signature Algorithm");
    }

    @Test
    void itMayBeEmptyAndStale() throws Exception {
        X509CRL crl = AUTHORITY.crl(NOON.minusSeconds(7200), NOON.minusSeconds(3600), List.of());

        assertThat(text(crl, AUTHORITY)).contains("verify OK").contains("No Revoked Certificates.");
        assertThat(crl.getNextUpdate()).isEqualTo(NOON.minusSeconds(3600));
    }

    @Test
    void numbersGrow() {
        // cRLNumber, RFC 5280, A.2; its content is an INTEGER in an OCTET STRING.
        byte[] one = AUTHORITY.crl(NOON, NOON, List.of()).getExtensionValue("2.5.29.20");
        byte[] next = AUTHORITY.crl(NOON, NOON, List.of()).getExtensionValue("2.5.29.20");

        assertThat(next[next.length - 1]).isEqualTo((byte) (one[one.length - 1] + 1));
    }

    @ParameterizedTest
    @EnumSource(value = CRLReason.class, names = "UNUSED", mode = EnumSource.Mode.EXCLUDE)
    void reasonsAreReadAsTheyWereWritten(CRLReason reason) {
        X509CRL crl = AUTHORITY.crl(NOON, NOON, List.of(new RevokedCertificate(BigInteger.ONE, NOON, reason)));

        assertThat(crl.getRevokedCertificate(BigInteger.ONE).getRevocationReason())
                .isEqualTo(reason == CRLReason.UNSPECIFIED ? null : reason);
    }

    @ParameterizedTest
    @EnumSource(
            value = KeyType.class,
            names = {"EC_P384", "RSA_2048", "ED25519"})
    void itIsSignedByTheAuthoritysKeyOfWhateverType(KeyType type) throws Exception {
        CertificateAuthority authority = CertificateAuthority.root("Typed", type, InstantSource.fixed(NOON));

        assertThat(text(authority.crl(NOON, NOON, List.of()), authority)).contains("verify OK");
    }

    private String text(X509CRL crl, CertificateAuthority authority) throws Exception {
        Files.write(folder.resolve("list.crl"), crl.getEncoded());
        IdentityWriter.pem(Trust.of(List.of(authority.certificate())), folder.resolve("root.pem"));
        return openssl("crl -inform DER -in list.crl -noout -text -CAfile root.pem");
    }

    private String openssl(String arguments) {
        return OpenSsl.in(folder).run(arguments).replaceAll("\\s+", " ");
    }
}
