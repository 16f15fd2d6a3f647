package throughline.identity;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/** Key stores under a known password. Those without a MAC and without encryption let a change reach the deepest structure. */
class Pkcs12Fuzz {
    @TempDir
    static Path folder;

    static Stream<byte[]> seeds() {
        OpenSsl openssl = OpenSsl.in(folder)
                .selfSigned("root", "ec -pkeyopt ec_paramgen_curve:P-256")
                .issued("leaf", "root", false);
        openssl.write("password", HostileBytes.PASSWORD);
        String export = "pkcs12 -export -in leaf.pem -inkey leaf.key -certfile root.pem -iter 1 -passout file:password";
        openssl.run(export + " -out modern.p12");
        openssl.run(export + " -out old.p12 -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1");
        openssl.run(export + " -out no-mac.p12 -nomac");
        openssl.run(export + " -out clear.p12 -nomac -keypbe NONE -certpbe NONE");
        openssl.keytool("-importcert -noprompt -file root.pem -keystore anchor.p12 -storepass " + HostileBytes.PASSWORD
                + " -J-Dkeystore.pkcs12.macAlgorithm=NONE -J-Dkeystore.pkcs12.certProtectionAlgorithm=NONE");
        return Stream.of("modern.p12", "old.p12", "no-mac.p12", "clear.p12", "anchor.p12")
                .map(name -> HostileBytes.bytes(openssl.file(name)));
    }

    @MethodSource("seeds")
    @FuzzTest
    void aKeyStoreIsReadOrRefused(byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("hostile.p12"), bytes);
        try (Password password = HostileBytes.password()) {
            HostileBytes.areReadOrRefused(() -> IdentityFiles.identity(file, Optional.empty(), Optional.of(password)));
            HostileBytes.areReadOrRefused(() -> IdentityFiles.trust(file, Optional.of(password)));
        }
    }
}
