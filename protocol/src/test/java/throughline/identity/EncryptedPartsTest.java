package throughline.identity;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file whose parts each take seconds to decrypt is refused before the first one. */
class EncryptedPartsTest {
    private static final int CONSTRUCTED_OCTET_STRING = 0x24;
    private static final byte[] SALT = new byte[8];

    @TempDir
    private Path folder;

    @Test
    void fourPartsAreOpened() throws Exception {
        assertThatThrownBy(() -> open(pfx(Der.element(Der.OCTET_STRING, parts(4)))))
                .isInstanceOf(UnusableIdentityException.class)
                .hasMessageEndingWith("There is no private key in this PKCS#12 file; exactly one is accepted.");
    }

    @Test
    void fivePartsAreNot() throws Exception {
        assertRefused(pfx(Der.element(Der.OCTET_STRING, parts(5))));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100})
    void partsInPiecesAreCountedAsWell(int length) throws Exception {
        assertRefused(pfx(Der.element(CONSTRUCTED_OCTET_STRING, pieces(parts(5), length))));
    }

    @Test
    void partsInPiecesWithAnEndMarkAreCountedAsWell() throws Exception {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        octets.write(CONSTRUCTED_OCTET_STRING);
        octets.write(0x80);
        octets.writeBytes(pieces(parts(5), 20));
        octets.write(0);
        octets.write(0);

        assertRefused(pfx(octets.toByteArray()));
    }

    private void assertRefused(byte[] pfx) {
        assertThatThrownBy(() -> open(pfx))
                .isInstanceOf(UnusableIdentityException.class)
                .hasMessage(folder.resolve("many.p12")
                        + ": This PKCS#12 file has 5 encrypted parts; up to 4 are accepted.");
    }

    private void open(byte[] pfx) throws Exception {
        Path file = Files.write(folder.resolve("many.p12"), pfx);
        try (Password password = HostileBytes.password()) {
            IdentityFiles.identity(file, Optional.empty(), Optional.of(password));
        }
    }

    /** PFX of RFC 7292, 4, without MAC. */
    private static byte[] pfx(byte[] octets) {
        return Der.element(
                Der.SEQUENCE,
                HexFormat.of().parseHex("020103"),
                Der.element(Der.SEQUENCE, oid("2a864886f70d010701"), Der.element(0xA0, octets)));
    }

    /** AuthenticatedSafe: each part encrypted with one iteration, and nothing inside. */
    private static byte[] parts(int count) throws Exception {
        byte[] algorithm = Der.element(
                Der.SEQUENCE,
                oid("2a864886f70d010c0106"),
                Der.element(
                        Der.SEQUENCE,
                        Der.element(Der.OCTET_STRING, SALT),
                        HexFormat.of().parseHex("020101")));
        byte[] content = Der.element(
                Der.SEQUENCE, oid("2a864886f70d010701"), algorithm, Der.element(0x80, encrypted(Der.element(0x30))));
        byte[] part = Der.element(
                Der.SEQUENCE,
                oid("2a864886f70d010706"),
                Der.element(0xA0, Der.element(Der.SEQUENCE, HexFormat.of().parseHex("020100"), content)));
        return Der.element(Der.SEQUENCE, Collections.nCopies(count, part).toArray(byte[][]::new));
    }

    private static byte[] encrypted(byte[] clear) throws Exception {
        AlgorithmParameterSpec parameters = new PBEParameterSpec(SALT, 1);
        Cipher cipher = Cipher.getInstance("PBEWithSHA1AndRC2_40");
        cipher.init(
                Cipher.ENCRYPT_MODE,
                SecretKeyFactory.getInstance("PBEWithSHA1AndRC2_40")
                        .generateSecret(new PBEKeySpec(HostileBytes.PASSWORD.toCharArray())),
                parameters);
        return cipher.doFinal(clear);
    }

    private static byte[] pieces(byte[] bytes, int length) {
        ByteArrayOutputStream pieces = new ByteArrayOutputStream();
        for (int i = 0; i < bytes.length; i += length) {
            pieces.writeBytes(
                    Der.element(Der.OCTET_STRING, Arrays.copyOfRange(bytes, i, Math.min(i + length, bytes.length))));
        }
        return pieces.toByteArray();
    }

    private static byte[] oid(String hex) {
        return Der.element(Der.OBJECT_IDENTIFIER, HexFormat.of().parseHex(hex));
    }
}
