package throughline.identity;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole files as text: what is PEM, what is in which block, and what belongs together. */
class PemFuzz {
    @TempDir
    static Path folder;

    static Stream<byte[]> seeds() {
        OpenSsl openssl = OpenSsl.in(folder)
                .selfSigned("root", "ec -pkeyopt ec_paramgen_curve:P-256")
                .issued("leaf", "root", false);
        openssl.write("password", HostileBytes.PASSWORD);
        openssl.run("pkcs8 -topk8 -in leaf.key -out encrypted.key -iter 1 -passout file:password");
        openssl.run("ec -in leaf.key -out traditional.key -aes256 -passout file:password");
        openssl.run("ec -in leaf.key -out old.key");
        String leaf = openssl.text("leaf.pem");
        openssl.write("both.pem", openssl.text("leaf.key") + openssl.text("root.pem") + leaf);
        openssl.write("encrypted.pem", leaf + openssl.text("encrypted.key"));
        openssl.write("traditional.pem", leaf + openssl.text("traditional.key"));
        openssl.write("old.pem", "Bag Attributes\n" + leaf + openssl.text("old.key"));
        openssl.run("x509 -in leaf.pem -outform DER -out leaf.der");
        return Stream.of("both.pem", "encrypted.pem", "traditional.pem", "old.pem", "root.pem", "leaf.der")
                .map(name -> HostileBytes.bytes(openssl.file(name)));
    }

    @MethodSource("seeds")
    @FuzzTest
    void aFileIsReadOrRefused(byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("hostile"), bytes);
        try (Password password = HostileBytes.password()) {
            HostileBytes.areReadOrRefused(() -> IdentityFiles.identity(file, Optional.empty(), Optional.of(password)));
            HostileBytes.areReadOrRefused(() -> IdentityFiles.trust(file, Optional.empty()));
            HostileBytes.areReadOrRefused(() -> Password.fromFile(file).close());
        }
    }
}
