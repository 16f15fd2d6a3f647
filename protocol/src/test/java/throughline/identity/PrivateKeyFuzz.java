package throughline.identity;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/** The DER of keys, clear and encrypted; the first byte chooses the label of the PEM block around it. */
class PrivateKeyFuzz {
    private static final List<String> LABELS =
            List.of("PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY");

    @TempDir
    static Path folder;

    private static List<X509Certificate> chain = List.of();

    static Stream<byte[]> seeds() throws UnusableIdentityException {
        OpenSsl openssl = OpenSsl.in(folder)
                .selfSigned("ec", "ec -pkeyopt ec_paramgen_curve:P-256")
                .selfSigned("rsa", "rsa:2048")
                .selfSigned("pss", "rsa-pss")
                .selfSigned("ed", "ed25519");
        chain = Pem.certificates(openssl.text("ec.pem"));
        openssl.write("password", HostileBytes.PASSWORD);
        openssl.run("pkcs8 -topk8 -in ec.key -out ec.enc -iter 1 -passout file:password");
        openssl.run("pkcs8 -topk8 -in ed.key -out ed.enc -iter 1 -v2 aes-128-cbc -v2prf hmacWithSHA512"
                + " -passout file:password");
        openssl.run("pkcs8 -topk8 -in ed.key -out old.enc -iter 1 -v1 PBE-SHA1-3DES -passout file:password");
        openssl.run("pkcs8 -topk8 -in ed.key -out scrypt.enc -scrypt -scrypt_N 2 -passout file:password");
        openssl.run("ec -in ec.key -out ec.old");
        openssl.run("rsa -in rsa.key -out rsa.old -traditional");
        return Stream.of(
                        "ec.key",
                        "rsa.key",
                        "pss.key",
                        "ed.key",
                        "ec.enc",
                        "ed.enc",
                        "old.enc",
                        "scrypt.enc",
                        "ec.old",
                        "rsa.old")
                .map(name -> seed(openssl.text(name)));
    }

    private static byte[] seed(String pem) {
        try {
            PemBlock block = PemBlock.parse(pem).get(0);
            byte[] seed = new byte[block.der().length + 1];
            seed[0] = (byte) LABELS.indexOf(block.label());
            System.arraycopy(block.der(), 0, seed, 1, seed.length - 1);
            return seed;
        } catch (UnusableIdentityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @MethodSource("seeds")
    @FuzzTest
    void aKeyIsReadOrRefused(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        String label = LABELS.get((bytes[0] & 0xff) % LABELS.size());
        String text = HostileBytes.pem(label, Arrays.copyOfRange(bytes, 1, bytes.length));
        try (Password password = HostileBytes.password()) {
            HostileBytes.areReadOrRefused(() -> {
                PrivateKey key = Pem.privateKey(text, Optional.of(password));
                Identity.of(key, chain);
            });
        }
    }
}
