package throughline.identity;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/** The DER of a certificate, as an anchor and as one among the certificates of a chain. */
class CertificateFuzz {
    @TempDir
    static Path folder;

    private static OpenSsl openssl;
    private static PrivateKey key;
    private static List<X509Certificate> chain;

    @BeforeAll
    static void makeChain() throws UnusableIdentityException {
        openssl = OpenSsl.in(folder)
                .selfSigned("root", "ec -pkeyopt ec_paramgen_curve:P-256")
                .issued("leaf", "root", false)
                .selfSigned("rsa", "rsa:2048")
                .selfSigned("pss", "rsa-pss")
                .selfSigned("ed", "ed25519");
        key = Pem.privateKey(openssl.text("leaf.key"), Optional.empty());
        chain = Pem.certificates(openssl.text("leaf.pem") + openssl.text("root.pem"));
    }

    static Stream<byte[]> seeds() {
        openssl.write("all.ext", EXTENSIONS);
        openssl.run("x509 -req -days 1 -in leaf.csr -CA root.pem -CAkey root.key -extfile all.ext -out all.pem");
        return Stream.of("root.pem", "leaf.pem", "rsa.pem", "pss.pem", "ed.pem", "all.pem")
                .map(name -> seed(openssl.text(name)));
    }

    private static byte[] seed(String pem) {
        try {
            return PemBlock.parse(pem).get(0).der();
        } catch (UnusableIdentityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @MethodSource("seeds")
    @FuzzTest
    void aCertificateIsReadOrRefused(byte[] bytes) {
        String pem = HostileBytes.pem("CERTIFICATE", bytes);
        HostileBytes.areReadOrRefused(() -> {
            List<X509Certificate> certificates = new ArrayList<>(Pem.certificates(pem));
            X509Certificate hostile = certificates.get(0);
            Fingerprint.sha256(hostile);
            Fingerprint.keySha256(hostile.getPublicKey());
            HostileBytes.isOneLine(Trust.of(certificates).toString());
            certificates.addAll(chain);
            Identity identity =
                    Identity.of(key, CertificateChain.of(key, certificates).orElseThrow());
            identity.keyManager().chooseServerAlias("EC", null, null);
        });
        HostileBytes.areReadOrRefused(() ->
                HostileBytes.isOneLine(Identity.of(key, Pem.certificates(pem)).toString()));
    }

    private static final String EXTENSIONS = """
            basicConstraints=critical,CA:TRUE,pathlen:3
            keyUsage=digitalSignature,keyCertSign
            extendedKeyUsage=serverAuth,1.2.3.4
            subjectKeyIdentifier=hash
            authorityKeyIdentifier=keyid,issuer
            subjectAltName=DNS:replica.test,IP:127.0.0.1,IP:::1,URI:https://replica.test/,email:a@replica.test,RID:1.2.3,dirName:name
            crlDistributionPoints=URI:http://127.0.0.1:1/a.crl,URI:ldap://127.0.0.1:1/a
            authorityInfoAccess=OCSP;URI:http://127.0.0.1:1/ocsp,caIssuers;URI:http://127.0.0.1:1/ca
            nameConstraints=critical,permitted;DNS:test,excluded;IP:10.0.0.0/255.0.0.0
            certificatePolicies=1.2.3.4
            policyConstraints=requireExplicitPolicy:3
            inhibitAnyPolicy=2
            tlsfeature=status_request
            [name]
            CN=somebody
            """;
}
