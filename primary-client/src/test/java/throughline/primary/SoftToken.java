package throughline.primary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Provider;
import java.security.Security;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** A PKCS#11 token of SoftHSM 2, whose keys keytool makes and nobody gets out. One per JVM at a time. */
final class SoftToken implements AutoCloseable {
    private static final String PIN = "123456";

    private final Path providerConfiguration;
    private final Provider provider;

    private SoftToken(Path providerConfiguration, Provider provider) {
        this.providerConfiguration = providerConfiguration;
        this.provider = provider;
    }

    /** Skips the test where SoftHSM is not installed. */
    static SoftToken in(Path folder) throws Exception {
        Path library = Stream.of(
                        "/usr/lib/softhsm/libsofthsm2.so",
                        "/usr/lib64/softhsm/libsofthsm2.so",
                        "/usr/local/lib/softhsm/libsofthsm2.so",
                        "/opt/homebrew/lib/softhsm/libsofthsm2.so")
                .map(Path::of)
                .filter(Files::exists)
                .findFirst()
                .orElse(null);
        assumeTrue(library != null, "SoftHSM 2 is not installed (Debian package: softhsm2)");
        @Nullable String configuration = System.getenv("SOFTHSM2_CONF");
        assumeTrue(configuration != null, "SOFTHSM2_CONF is not set, as Maven sets it for this test");

        Path tokens = Files.createDirectory(folder.resolve("tokens"));
        Files.writeString(Path.of(configuration), "directories.tokendir = " + tokens + "\nlog.level = ERROR\n");
        run(List.of(
                "softhsm2-util", "--init-token", "--free", "--label", "throughline", "--pin", PIN, "--so-pin", PIN));
        Path providerConfiguration = Files.writeString(
                folder.resolve("pkcs11.cfg"), "name = Throughline\nlibrary = " + library + "\nslotListIndex = 0\n");
        return new SoftToken(
                providerConfiguration, Security.getProvider("SunPKCS11").configure(providerConfiguration.toString()));
    }

    /** JSSE finds the maker of a signature among the registered providers only. */
    void register() {
        Security.addProvider(provider);
    }

    void unregister() {
        Security.removeProvider(provider.getName());
    }

    /** A key pair in the token, with a certificate signed by itself. */
    void generate(String alias, String subject, String usage, String... keyAlgorithm) throws Exception {
        List<String> command = Stream.of(
                        Stream.of(Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString()),
                        Stream.of("-genkeypair", "-alias", alias, "-dname", "CN=" + subject),
                        Stream.of("-ext", "san=dns:" + subject, "-ext", "eku=" + usage, "-validity", "1"),
                        Arrays.stream(keyAlgorithm),
                        Stream.of("-keystore", "NONE", "-storetype", "PKCS11", "-storepass", PIN),
                        Stream.of("-addprovider", "SunPKCS11", "-providerarg", providerConfiguration.toString()))
                .flatMap(part -> part)
                .toList();
        run(command);
    }

    X509ExtendedKeyManager keyManager() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS11", provider);
        store.load(null, PIN.toCharArray());
        KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
        factory.init(store, PIN.toCharArray());
        return (X509ExtendedKeyManager) factory.getKeyManagers()[0];
    }

    @Override
    public void close() {
        unregister();
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s\n%s", command, output).isZero();
    }
}
