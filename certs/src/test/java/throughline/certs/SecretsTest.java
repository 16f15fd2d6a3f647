package throughline.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import javax.crypto.SecretKey;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.identity.Identity;
import throughline.identity.IdentityFiles;
import throughline.identity.Password;
import throughline.identity.Pem;
import throughline.identity.Trust;

/** Private keys and passwords are in no text, no exception with all its causes, and no log of identities and certificates. */
class SecretsTest {
    private static final String PASSWORD = "Tr0ub4dor&3-Sesame";

    /** What a record prints is what its components print, and that of a key is its provider's business. */
    private static final List<Class<?>> SECRET =
            List.of(PrivateKey.class, KeyPair.class, KeyStore.class, SecretKey.class, char[].class);

    private static final CertificateAuthority ROOT = CertificateAuthority.root("Root", InstantSource.system());
    private static final Identity IDENTITY = ROOT.issue(LeafRequest.server("replica.test"));
    private static final Identity OTHER = ROOT.issue(LeafRequest.server("other.test"));

    @TempDir
    private Path folder;

    private final Log log = new Log();

    @BeforeEach
    void listen() {
        Logger.getLogger("").addHandler(log);
        Logger.getLogger("throughline").setLevel(Level.ALL);
    }

    @AfterEach
    void stopListening() {
        Logger.getLogger("").removeHandler(log);
        Logger.getLogger("throughline").setLevel(null);
    }

    /** All records of both modules, those that are still to be written included. */
    static Stream<Class<?>> records() {
        return Stream.of(Identity.class, CertificateAuthority.class)
                .flatMap(SecretsTest::classesBeside)
                .filter(Class::isRecord);
    }

    @ParameterizedTest
    @MethodSource("records")
    void noRecordHoldsASecret(Class<?> type) {
        assertThat(Arrays.stream(type.getRecordComponents())
                        .filter(component ->
                                SECRET.stream().anyMatch(secret -> secret.isAssignableFrom(component.getType()))))
                .isEmpty();
    }

    @Test
    void noTextShowsThem() throws Exception {
        try (Password password = Password.of(PASSWORD.toCharArray())) {
            assertClean(Stream.of(
                            password,
                            IDENTITY,
                            IDENTITY.keyManager(),
                            ROOT,
                            ROOT.intermediate("Below"),
                            Trust.of(IDENTITY.chain()),
                            LeafRequest.server("replica.test"),
                            List.of(Flaw.values()))
                    .map(Object::toString));
        }
    }

    @Test
    void noFailureOfReadingShowsThem() throws Exception {
        Path certificate = folder.resolve("identity.pem");
        Path key = folder.resolve("identity.key");
        Path store = folder.resolve("identity.p12");
        Path crowd = folder.resolve("crowd.pem");
        Password closed = Password.of(PASSWORD.toCharArray());
        closed.close();
        try (Password password = Password.of(PASSWORD.toCharArray());
                Password wrong = Password.of(PASSWORD.substring(1).toCharArray())) {
            IdentityWriter.pem(IDENTITY, certificate, key);
            IdentityWriter.pkcs12(IDENTITY, password, store);
            String pem = Files.readString(key);
            String base64 = pem.lines().skip(1).findFirst().orElseThrow();
            Files.writeString(crowd, pem + pem);

            assertFailuresAreClean(
                    () -> IdentityFiles.identity(store, Optional.empty(), Optional.of(wrong)),
                    () -> IdentityFiles.identity(store, Optional.of(key), Optional.of(password)),
                    () -> IdentityFiles.identity(certificate, Optional.of(store), Optional.of(password)),
                    () -> IdentityFiles.identity(certificate, Optional.of(crowd), Optional.empty()),
                    () -> Identity.of(IDENTITY.key(), OTHER.chain()),
                    () -> Identity.of(IDENTITY.key(), List.of()),
                    () -> Pem.privateKey(pem.replace(base64, base64 + "*"), Optional.empty()),
                    () -> Pem.privateKey(pem.replace(base64, base64.substring(4)), Optional.empty()),
                    () -> Pem.privateKey(pem.replace("PRIVATE", "ENCRYPTED PRIVATE"), Optional.of(password)),
                    () -> Pem.privateKey(pem.replace("PRIVATE", "RSA PRIVATE"), Optional.empty()),
                    () -> Pem.certificates(pem.replace("PRIVATE KEY", "CERTIFICATE")),
                    () -> Password.fromFile(Files.writeString(folder.resolve("long"), PASSWORD.repeat(100))),
                    closed::characters);
        }
    }

    @Test
    void noFailureOfWritingShowsThem() {
        Path nowhere = folder.resolve("missing").resolve("identity");
        try (Password password = Password.of(PASSWORD.toCharArray())) {
            assertFailuresAreClean(
                    () -> IdentityWriter.pem(IDENTITY, nowhere),
                    () -> IdentityWriter.pem(IDENTITY, nowhere, nowhere),
                    () -> IdentityWriter.pkcs12(IDENTITY, password, nowhere));
        }
    }

    private void assertFailuresAreClean(ThrowingCallable... failures) {
        for (ThrowingCallable failing : failures) {
            Throwable failure = catchThrowable(failing);
            assertThat(failure).isNotNull();
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            assertClean(Stream.of(trace.toString()));
        }
        assertClean(log.lines.stream());
    }

    private static void assertClean(Stream<String> texts) {
        BigInteger scalar = ((ECPrivateKey) IDENTITY.key()).getS();
        byte[] encoded = IDENTITY.key().getEncoded();
        // Of the encoding, the beginning is the algorithm's and the same for every key.
        String base64 = Base64.getEncoder().encodeToString(encoded).substring(40, 80);
        assertThat(texts)
                .allSatisfy(text -> assertThat(text)
                        .doesNotContain("Tr0ub4dor", "r0ub4dor", "Sesame")
                        .doesNotContain(scalar.toString(), scalar.toString(16))
                        .doesNotContain(base64.substring(0, 20), base64.substring(20))
                        .doesNotContainIgnoringCase(HexFormat.of().formatHex(encoded, 40, 60)));
    }

    private static Stream<Class<?>> classesBeside(Class<?> one) {
        try {
            Path home = Path.of(
                    one.getProtectionDomain().getCodeSource().getLocation().toURI());
            if (Files.isDirectory(home)) {
                return classesIn(home, one.getPackageName()).stream();
            }
            try (FileSystem jar = FileSystems.newFileSystem(home)) {
                return classesIn(jar.getPath("/"), one.getPackageName()).stream();
            }
        } catch (IOException | URISyntaxException | ClassNotFoundException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    private static List<Class<?>> classesIn(Path root, String packageName) throws IOException, ClassNotFoundException {
        try (Stream<Path> files = Files.walk(root.resolve(packageName.replace('.', '/')))) {
            List<Class<?>> classes = new ArrayList<>();
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".class")).toList()) {
                String name = root.relativize(file).toString().replaceAll("[/\\\\]", ".");
                classes.add(Class.forName(name.replaceAll("\\.class$", "")));
            }
            return classes;
        }
    }

    private static final class Log extends Handler {
        private final List<String> lines = new ArrayList<>();

        @Override
        public void publish(LogRecord line) {
            lines.add(line.getMessage() + " " + line.getThrown());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
