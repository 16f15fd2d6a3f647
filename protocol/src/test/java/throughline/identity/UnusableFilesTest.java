package throughline.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every file that cannot be used gets one sentence: which file, what was found, what is accepted. */
class UnusableFilesTest {
    private static final String P256 = "ec -pkeyopt ec_paramgen_curve:P-256";

    @TempDir
    static Path folder;

    private static OpenSsl openssl;

    @BeforeAll
    static void makeFiles() throws Exception {
        openssl = OpenSsl.in(folder);
        openssl.selfSigned("ec", P256).selfSigned("other", P256).selfSigned("rsa", "rsa:2048");
        openssl.write("right", "correct horse\n");
        openssl.write("wrong", "battery staple\n");
        openssl.write("umlaut", "Hühott\n");
        makePemFiles();
        makeStores();
        Files.createDirectory(folder.resolve("a-folder"));
        openssl.write("empty", "");
        openssl.write("prose.txt", "Dear diary,\n");
        openssl.write("large", new byte[1024 * 1024 + 1]);
        openssl.run("x509 -in ec.pem -outform DER -out ec.der");
    }

    private static void makePemFiles() {
        String certificate = openssl.text("ec.pem");
        openssl.run("genpkey -algorithm x25519 -out x25519.key");
        openssl.run("dsaparam -genkey -noout -out dsa-traditional.key 1024");
        openssl.run("pkcs8 -topk8 -nocrypt -in dsa-traditional.key -out dsa.key");
        openssl.run("ecparam -name secp256k1 -genkey -noout -out koblitz.key");
        openssl.run("ec -in ec.key -no_public -conv_form compressed -param_enc explicit -out explicit.key");
        openssl.run("pkcs8 -topk8 -in ec.key -out encrypted.key -passout file:right");
        openssl.run("pkcs8 -topk8 -in ec.key -out 3des.key -v2 des3 -passout file:right");
        openssl.run("pkcs8 -topk8 -in ec.key -out scrypt.key -scrypt -passout file:right");
        openssl.run("pkcs8 -topk8 -in ec.key -out slow.key -iter 65536 -passout file:right");
        openssl.run("ec -in ec.key -out traditional.key -aes256 -passout file:right");
        openssl.run("req -new -key ec.key -out request.csr -subj /CN=ec");
        openssl.write("two-keys.pem", certificate + openssl.text("ec.key") + openssl.text("other.key"));
        openssl.write("cut-off.pem", certificate.substring(0, 200));
        openssl.write("not-base64.pem", certificate.replaceFirst("\nM", "\n*"));
        openssl.write("not-der.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        openssl.write("trailing.pem", certificate.replaceAll("=*\n-----END", "AAAA\n-----END"));
        openssl.write("key-not-der.key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        openssl.write("openssh.key", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n");
        // An ECPrivateKey without the parameters that RFC 5915 lets a surrounding structure supply.
        openssl.write("no-curve.key", "-----BEGIN EC PRIVATE KEY-----\nMAYCAQEEAQE=\n-----END EC PRIVATE KEY-----\n");
        // 65536 iterations become 8388607: INTEGER 01 00 00 becomes 7F FF FF.
        openssl.write("too-slow.key", replaceInPem(openssl.text("slow.key"), "0203010000", "02037fffff"));
    }

    private static void makeStores() {
        String password = " -passout file:right";
        openssl.run("pkcs12 -export -in ec.pem -inkey ec.key -out ec.p12" + password);
        openssl.run("pkcs12 -export -nocerts -inkey ec.key -out only-key.p12" + password);
        openssl.run("pkcs12 -export -nokeys -in ec.pem -out only-certificate.p12" + password);
        openssl.write("plain", "changeit");
        openssl.run("pkcs12 -export -in ec.pem -inkey ec.key -name a -out a.p12 -passout file:plain");
        openssl.run("pkcs12 -export -in other.pem -inkey other.key -name b -out b.p12 -passout file:plain");
        String from = " -srcstoretype pkcs12 -srcstorepass changeit -deststorepass changeit -srckeystore ";
        openssl.keytool("-importkeystore -destkeystore two.p12 -deststoretype pkcs12" + from + "a.p12");
        openssl.keytool("-importkeystore -destkeystore two.p12 -deststoretype pkcs12" + from + "b.p12");
        openssl.keytool("-importkeystore -destkeystore old.jks -deststoretype jks" + from + "a.p12");
        openssl.keytool("-importkeystore -destkeystore old.jceks -deststoretype jceks" + from + "a.p12");
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                // --cert           | --key           | --password-file | file at fault      | the sentence
                // Files
                "missing.pem        |                 |        | missing.pem        | There is no such file.",
                "ec.pem             | missing.key     |        | missing.key        | There is no such file.",
                "a-folder           |                 |        | a-folder           | This is a folder; a file is expected.",
                "large              |                 |        | large              | The file is larger than 1 MiB; keys, certificates and trust stores up to 1 MiB are accepted.",
                "empty              |                 |        | empty              | This is an empty file. PEM and PKCS#12 files are accepted.",
                "prose.txt          |                 |        | prose.txt          | This is neither PEM nor PKCS#12. PEM and PKCS#12 files are accepted.",
                "ec.der             |                 |        | ec.der             | This is DER, perhaps a certificate; convert with openssl x509 -inform DER -outform PEM. PEM and PKCS#12 files are accepted.",
                "old.jks            |                 |        | old.jks            | This is a JKS key store; convert with keytool -importkeystore -deststoretype pkcs12. PEM and PKCS#12 files are accepted.",
                "old.jceks          |                 |        | old.jceks          | This is a JCEKS key store; convert with keytool -importkeystore -deststoretype pkcs12. PEM and PKCS#12 files are accepted.",
                // Certificates
                "ec.key             |                 |        | ec.key             | There is no certificate, only 1 × PRIVATE KEY.",
                "request.csr        | ec.key          |        | request.csr        | There is no certificate, only 1 × CERTIFICATE REQUEST.",
                "cut-off.pem        | ec.key          |        | cut-off.pem        | The CERTIFICATE in line 1 is damaged: its line -----END CERTIFICATE----- is missing.",
                "not-base64.pem     | ec.key          |        | not-base64.pem     | The CERTIFICATE in line 1 is damaged: its text is not base64.",
                "not-der.pem        | ec.key          |        | not-der.pem        | The certificate in line 1 is damaged, or has a key this Java does not support.",
                // Keys
                "ec.pem             |                 |        | ec.pem             | There is no private key, only 1 × CERTIFICATE; give the key's file with --key FILE.",
                "ec.pem             | other.pem       |        | other.pem          | There is no private key, only 1 × CERTIFICATE.",
                "two-keys.pem       |                 |        | two-keys.pem       | There are 2 private keys; exactly one is accepted.",
                "ec.pem             | other.key       |        | other.key          | The private key (EC) does not match the certificate CN=ec in ",
                "ec.pem             | rsa.key         |        | rsa.key            | The private key (RSA) does not match the certificate CN=ec in ",
                "ec.pem             | key-not-der.key |        | key-not-der.key    | The private key is damaged: its DER structure is not that of a key.",
                "ec.pem             | openssh.key     |        | openssh.key        | The OPENSSH PRIVATE KEY in line 1 is not accepted; PRIVATE KEY, ENCRYPTED PRIVATE KEY, EC PRIVATE KEY and RSA PRIVATE KEY are.",
                "ec.pem             | no-curve.key    |        | no-curve.key       | The EC private key does not name its curve; convert with openssl pkcs8 -topk8 -nodes.",
                "ec.pem             | explicit.key    |        | explicit.key       | The private key (EC) is damaged, or its curve or size is one this Java does not support.",
                "ec.pem             | koblitz.key     |        | koblitz.key        | The private key (EC) cannot sign: it is damaged, or not a kind this Java supports.",
                "ec.pem             | x25519.key      |        | x25519.key         | The private key is of a type that is not accepted (object identifier 1.3.101.110); EC, RSA, RSASSA-PSS, Ed25519 and Ed448 are.",
                "ec.pem             | dsa.key         |        | dsa.key            | The private key is of a type that is not accepted (object identifier 1.2.840.10040.4.1); EC, RSA, RSASSA-PSS, Ed25519 and Ed448 are.",
                "ec.pem             | ec.p12          | right  | ec.p12             | This is PKCS#12, but --key takes PEM; give the PKCS#12 file to --cert alone.",
                // Passwords
                "ec.pem             | encrypted.key   |        | encrypted.key      | The private key is encrypted and no password was given; give it with --password-file FILE or in the environment variable THROUGHLINE_PASSWORD.",
                "ec.pem             | encrypted.key   | wrong  | encrypted.key      | The password does not open the private key.",
                "ec.pem             | encrypted.key   | umlaut | encrypted.key      | The password does not open the private key, or cannot be used by Java because it has characters outside ASCII.",
                "ec.pem             | too-slow.key    | right  | too-slow.key       | The private key is encrypted with 8388607 iterations; up to 5000000 are accepted.",
                "ec.pem             | scrypt.key      | right  | scrypt.key         | The encrypted private key is damaged, or encrypted in a way this Java does not know; convert with openssl pkcs8 -topk8 -v2 aes-256-cbc.",
                "ec.pem             | 3des.key        | right  | 3des.key           | The encrypted private key is damaged, or encrypted in a way this Java does not know; convert with openssl pkcs8 -topk8 -v2 aes-256-cbc.",
                "ec.pem             | traditional.key | right  | traditional.key    | The EC PRIVATE KEY in line 1 is encrypted in OpenSSL's traditional form; convert with openssl pkcs8 -topk8.",
                // PKCS#12
                "ec.p12             |                 |        | ec.p12             | This PKCS#12 file is protected and no password was given; give it with --password-file FILE or in the environment variable THROUGHLINE_PASSWORD.",
                "ec.p12             |                 | wrong  | ec.p12             | The password does not open this PKCS#12 file.",
                "ec.p12             |                 | umlaut | ec.p12             | The password does not open this PKCS#12 file, or cannot be used by Java because it has characters outside ASCII.",
                "ec.p12             | ec.key          | right  | ec.p12             | This PKCS#12 file brings its own private key; leave out --key ",
                "two.p12            |                 | plain  | two.p12            | There are 2 private keys in this PKCS#12 file; exactly one is accepted.",
                "only-certificate.p12 |               | right  | only-certificate.p12 | There is no private key in this PKCS#12 file; exactly one is accepted.",
                "only-key.p12       |                 | right  | only-key.p12       | There is no certificate for the private key in this PKCS#12 file; export both together.",
            })
    void anIdentityThatCannotBeUsedIsOneSentence(
            String certificate, String key, String passwordFile, String atFault, String sentence) throws Exception {
        Optional<Password> password =
                passwordFile == null ? Optional.empty() : Optional.of(Password.fromFile(folder.resolve(passwordFile)));

        UnusableIdentityException refusal = catchThrowableOfType(
                UnusableIdentityException.class,
                () -> IdentityFiles.identity(
                        folder.resolve(certificate), Optional.ofNullable(key).map(folder::resolve), password));

        assertThat(refusal).hasMessageStartingWith(folder.resolve(atFault) + ": " + sentence);
        assertThat(refusal.getMessage()).hasLineCount(1);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "ec.key               |       | There is no certificate, only 1 × PRIVATE KEY.",
                "trailing.pem         |       | The certificate in line 1 is damaged, or has a key this Java does not support.",
                "old.jks              |       | This is a JKS key store; convert with keytool -importkeystore -deststoretype pkcs12.",
                "only-certificate.p12 | right | No certificate in this PKCS#12 file is marked as trusted; give a PEM bundle, or add them with keytool -importcert.",
                "only-certificate.p12 |       | This PKCS#12 file is protected and no password was given; give it with --password-file FILE or in the environment variable THROUGHLINE_PASSWORD.",
                "missing.pem          |       | There is no such file.",
            })
    void aTrustFileThatCannotBeUsedIsOneSentence(String file, String passwordFile, String sentence) throws Exception {
        Optional<Password> password =
                passwordFile == null ? Optional.empty() : Optional.of(Password.fromFile(folder.resolve(passwordFile)));

        UnusableIdentityException refusal = catchThrowableOfType(
                UnusableIdentityException.class, () -> IdentityFiles.trust(folder.resolve(file), password));

        assertThat(refusal).hasMessageStartingWith(folder.resolve(file) + ": " + sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ec.key", "encrypted.key", "explicit.key", "rsa.key"})
    void noDamagedKeyMakesAnotherException(String name) throws Exception {
        byte[] der = PemBlock.parse(openssl.text(name)).get(0).der();
        String label = PemBlock.parse(openssl.text(name)).get(0).label();
        Random random = new Random(4711);
        for (int round = 0; round < 200; round++) {
            String damaged = new String(Base64.getMimeEncoder().encode(damage(der, random)), StandardCharsets.US_ASCII);
            openssl.write(
                    "damaged.key", "-----BEGIN " + label + "-----\n" + damaged + "\n-----END " + label + "-----\n");
            readsOrRefuses(folder.resolve("ec.pem"), Optional.of(folder.resolve("damaged.key")), round);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ec.p12", "two.p12", "ec.pem", "old.jks"})
    void noDamagedFileMakesAnotherException(String name) throws Exception {
        byte[] bytes = Files.readAllBytes(folder.resolve(name));
        Random random = new Random(4711);
        for (int round = 0; round < 200; round++) {
            openssl.write("damaged", damage(bytes, random));
            readsOrRefuses(folder.resolve("damaged"), Optional.empty(), round);
        }
    }

    @Test
    void noSentenceAndNoCauseQuotesTheKey() {
        String key = openssl.text("ec.key");
        String inside = key.lines().skip(1).findFirst().orElseThrow();
        openssl.write("broken.key", key.replace(inside, inside + "*"));

        Throwable refusal = catchThrowableOfType(
                UnusableIdentityException.class,
                () -> IdentityFiles.identity(
                        folder.resolve("ec.pem"), Optional.of(folder.resolve("broken.key")), Optional.empty()));

        for (Throwable cause = refusal; cause != null; cause = cause.getCause()) {
            assertThat(cause.toString()).doesNotContain(inside).doesNotContain("*");
        }
    }

    private static void readsOrRefuses(Path certificate, Optional<Path> key, int round) throws Exception {
        try (Password password = Password.fromFile(folder.resolve("right"))) {
            IdentityFiles.identity(certificate, key, Optional.of(password));
        } catch (UnusableIdentityException expected) {
            assertThat(expected.getMessage()).as("round %d", round).hasLineCount(1);
        }
    }

    /** One to three octets changed, or the end cut off. */
    private static byte[] damage(byte[] bytes, Random random) {
        byte[] damaged = bytes.clone();
        for (int i = random.nextInt(4); i > 0; i--) {
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
        }
        return random.nextInt(4) == 0 ? Arrays.copyOf(damaged, random.nextInt(damaged.length)) : damaged;
    }

    private static String replaceInPem(String pem, String from, String to) {
        try {
            PemBlock block = PemBlock.parse(pem).get(0);
            String hex = HexFormat.of().formatHex(block.der());
            assertThat(hex).contains(from);
            byte[] der = HexFormat.of().parseHex(hex.replaceFirst(from, to));
            return "-----BEGIN " + block.label() + "-----\n"
                    + Base64.getEncoder().encodeToString(der) + "\n-----END " + block.label() + "-----\n";
        } catch (UnusableIdentityException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
