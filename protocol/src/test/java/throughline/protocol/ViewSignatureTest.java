package throughline.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The signed views in the resources were written by hand and signed by OpenSSL 3.0 (dgst -sha256 -sign, pkeyutl -rawin). */
class ViewSignatureTest {

    @ParameterizedTest
    @ValueSource(strings = {"ec", "rsa", "ed25519"})
    void opensWhatOpensslSigned(String key) throws Exception {
        ViewSignature.Opened opened = ViewSignature.open(signed(key));

        assertThat(opened.view().nonce()).isEqualTo("00112233445566778899aabbccddeeff");
        assertThat(opened.view().connection().id()).isEqualTo(7);
        assertThat(opened.signer()).hasSize(1);
        assertThat(opened.signer().get(0).getSubjectX500Principal().getName())
                .startsWith("CN=replica " + key.substring(0, 2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ec", "rsa", "ed25519"})
    void everyFlippedBitOfTheViewIsNoticed(String key) throws Exception {
        SignedView signed = signed(key);
        byte[] view = Base64.getDecoder().decode(signed.view());
        for (int at = 0; at < view.length; at++) {
            view[at] ^= 1;
            SignedView changed =
                    new SignedView(encode(view), signed.certificates(), signed.algorithm(), signed.signature());
            assertThatThrownBy(() -> ViewSignature.open(changed))
                    .as("byte %d", at)
                    .isInstanceOf(MalformedMessageException.class)
                    .hasMessageContaining("was not made by");
            view[at] ^= 1;
        }
    }

    static Stream<Arguments> hostile() throws IOException {
        SignedView ec = signed("ec");
        SignedView rsa = signed("rsa");
        List<String> chain = ec.certificates();
        String algorithm = ec.algorithm();
        return Stream.of(
                hostile("no certificate", new SignedView(ec.view(), List.of(), algorithm, ec.signature()), "0 cert"),
                hostile(
                        "nine certificates",
                        new SignedView(ec.view(), Collections.nCopies(9, chain.get(0)), algorithm, ec.signature()),
                        "9 certificates; accepted are 1 to 8"),
                hostile(
                        "another one's certificate",
                        new SignedView(ec.view(), rsa.certificates(), algorithm, ec.signature()),
                        "its certificate's key makes SHA256withRSA"),
                hostile(
                        "a weaker algorithm",
                        new SignedView(ec.view(), chain, "SHA1withECDSA", ec.signature()),
                        "\"SHA1withECDSA\""),
                hostile("a kind of key that is not accepted", signed("ed448"), "of the kind EdDSA; accepted"),
                hostile(
                        "no signature",
                        new SignedView(ec.view(), chain, algorithm, ""),
                        "was not made by its certificate's key"),
                hostile(
                        "a signature that is none",
                        new SignedView(ec.view(), chain, algorithm, "AAAA"),
                        "was not made by its certificate's key"),
                hostile(
                        "a long signature",
                        new SignedView(ec.view(), chain, algorithm, "A".repeat(4096)),
                        "signature has 4096 characters"),
                hostile(
                        "a long view",
                        new SignedView("A".repeat(90_000), chain, algorithm, ec.signature()),
                        "view has 90000 characters"),
                hostile(
                        "a long certificate",
                        new SignedView(ec.view(), List.of("A".repeat(22_000)), algorithm, ec.signature()),
                        "certificate has 22000 characters"),
                hostile(
                        "a certificate that is none",
                        new SignedView(ec.view(), List.of("AAAA"), algorithm, ec.signature()),
                        "cannot be read"),
                hostile(
                        "a view that is not Base64",
                        new SignedView("?", chain, algorithm, ec.signature()),
                        "view is not Base64"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    void refusesWithOneSentence(String what, SignedView signed, String said) {
        assertThatThrownBy(() -> ViewSignature.open(signed))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining(said);
    }

    @ParameterizedTest
    @CsvSource({"EC, dgst -sha256 -verify", "RSA, dgst -sha256 -verify", "Ed25519, pkeyutl -rawin -verify -pubin -inkey"
    })
    void opensslVerifiesWhatWasSigned(String kind, String command, @TempDir Path folder) throws Exception {
        KeyPair keys = KeyPairGenerator.getInstance(kind).generateKeyPair();
        SignedView signed = ViewSignature.sign(ViewSignature.open(signed("ec")).view(), keys.getPrivate(), List.of());

        ByteArrayOutputStream covered = new ByteArrayOutputStream();
        covered.writeBytes("throughline replica view v1\0".getBytes(US_ASCII));
        covered.writeBytes(Base64.getDecoder().decode(signed.view()));
        Files.write(folder.resolve("covered"), covered.toByteArray());
        Files.write(folder.resolve("signature"), Base64.getDecoder().decode(signed.signature()));
        Files.writeString(folder.resolve("key"), pem(keys.getPublic()));
        String file = command.startsWith("dgst") ? " -signature signature covered" : " -sigfile signature -in covered";
        assertThat(openssl(folder, command + " key" + file)).containsIgnoringCase("verified");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X25519", "Ed448"})
    void aKeyOfAnotherKindDoesNotSign(String kind) throws Exception {
        ReplicaView view = ViewSignature.open(signed("ec")).view();
        PrivateKey key = KeyPairGenerator.getInstance(kind).generateKeyPair().getPrivate();

        assertThat(ViewSignature.canSign(key)).isFalse();
        assertThatThrownBy(() -> ViewSignature.sign(view, key, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("EC, RSA and Ed25519 can");
    }

    private static Arguments hostile(String what, SignedView signed, String said) {
        return Arguments.of(what, signed, said);
    }

    private static SignedView signed(String key) throws IOException {
        String name = "signed-view-" + key + ".json";
        try (InputStream in = Objects.requireNonNull(ViewSignatureTest.class.getResourceAsStream(name), name)) {
            return Json.plain().decode(in.readAllBytes(), SignedView.class);
        }
    }

    private static String openssl(Path folder, String arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments.split(" ", -1)));
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
            return new String(process.getInputStream().readAllBytes(), US_ASCII);
        } catch (IOException missing) {
            return abort("openssl is not installed (Debian package: openssl)");
        }
    }

    private static String pem(PublicKey key) {
        return "-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder().encodeToString(key.getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    private static String encode(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
