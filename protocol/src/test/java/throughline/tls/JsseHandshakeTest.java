package throughline.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.AlgorithmConstraints;
import java.security.AlgorithmParameters;
import java.security.CryptoPrimitive;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Handshakes of two JSSE engines; the expected values are what the engines say about their sessions. */
class JsseHandshakeTest {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static KeyStore keyStore;

    @BeforeAll
    static void makeCertificate(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("replica.p12");
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        Process process = new ProcessBuilder(List.of(
                        keytool.toString(),
                        "-genkeypair",
                        "-alias",
                        "replica",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp384r1",
                        "-dname",
                        "CN=replica.test",
                        "-ext",
                        "san=dns:replica.test",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        new String(PASSWORD)))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.txt").toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        keyStore = KeyStore.getInstance(file.toFile(), PASSWORD);
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2, TLS 1.2", "TLSv1.3, TLS 1.3"})
    void hellosSayWhatTheSessionSays(String protocol, String name) throws Exception {
        EnginePair pair = pair(context());
        setProtocols(pair.server(), protocol);
        setApplicationProtocols(pair.client(), "h2", "http/1.1");
        setApplicationProtocols(pair.server(), "http/1.1");
        pair.handshake();

        ClientHello client = (ClientHello) only(pair.fromClient());
        ServerHello server = (ServerHello) only(pair.fromServer());
        assertThat(client.serverName()).contains("replica.test");
        assertThat(client.applicationProtocols()).containsExactly("h2", "http/1.1");
        assertThat(client.supportedVersions()).containsExactly(0x0304, 0x0303);
        assertThat(client.offersPreSharedKey()).isFalse();
        assertThat(TlsNames.version(server.selectedVersion())).isEqualTo(name);
        assertThat(pair.session().getProtocol()).isEqualTo(protocol);
        assertThat(TlsNames.cipherSuite(server.cipherSuite()))
                .isEqualTo(pair.session().getCipherSuite());
        assertThat(pair.client().getApplicationProtocol()).isEqualTo("http/1.1");
        // Encrypted under TLS 1.3 (RFC 8446 4.3.1).
        assertThat(server.applicationProtocol())
                .isEqualTo(protocol.equals("TLSv1.2") ? Optional.of("http/1.1") : Optional.empty());
    }

    @Test
    void namesEverySuiteThatJsseKnows() throws Exception {
        EnginePair pair = pair(context());
        String[] all = pair.client().getSupportedCipherSuites();
        pair.client().setEnabledCipherSuites(all);
        // Read by its own names; suites JSSE has switched off by its security settings are not sent.
        pair.handshake();

        List<String> sent = ((ClientHello) only(pair.fromClient()))
                .cipherSuites().stream().map(TlsNames::cipherSuite).toList();
        assertThat(Arrays.asList(all)).containsSubsequence(sent);
        assertThat(sent).hasSizeGreaterThan(25);
    }

    @Test
    void theSessionIdOfTls12IsThatOfTheSession() throws Exception {
        EnginePair pair = pair(context());
        setProtocols(pair.client(), "TLSv1.2");
        pair.handshake();

        ClientHello client = (ClientHello) only(pair.fromClient());
        ServerHello server = (ServerHello) only(pair.fromServer());
        assertThat(client.supportedVersions()).containsExactly(0x0303);
        assertThat(server.sessionId())
                .isNotEmpty()
                .isEqualTo(HexFormat.of().formatHex(pair.session().getId()));
        assertThat(server.applicationProtocol()).isEmpty();
    }

    @Test
    void aResumedSessionOfTls13ShowsAsPreSharedKey() throws Exception {
        SSLContext context = context();
        pair(context).handshake();
        EnginePair resumed = pair(context).handshake();

        assertThat(((ClientHello) only(resumed.fromClient())).offersPreSharedKey())
                .isTrue();
        assertThat(((ServerHello) only(resumed.fromServer())).selectedPreSharedKey())
                .hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aResumedSessionOfTls12ShowsAsEchoedSessionId(boolean clientKnows13) throws Exception {
        SSLContext context = context();
        List<EnginePair> pairs = List.of(pair(context), pair(context));
        for (EnginePair pair : pairs) {
            setProtocols(pair.client(), clientKnows13 ? new String[] {"TLSv1.3", "TLSv1.2"} : new String[] {"TLSv1.2"});
            setProtocols(pair.server(), "TLSv1.2");
            pair.handshake();
        }

        EnginePair resumed = pairs.get(1);
        ClientHello client = (ClientHello) only(resumed.fromClient());
        ServerHello server = (ServerHello) only(resumed.fromServer());
        assertThat(client.sessionId()).hasSize(64).isEqualTo(server.sessionId());
        assertThat(resumed.session().getProtocol()).isEqualTo("TLSv1.2");
    }

    @Test
    void readsBothHellosWhenJsseAsksForARetry() throws Exception {
        EnginePair pair = pair(context());
        SSLParameters parameters = pair.server().getSSLParameters();
        // The two groups that a JSSE client sends key shares for.
        parameters.setAlgorithmConstraints(new AllBut(Set.of("x25519", "secp256r1")));
        pair.server().setSSLParameters(parameters);
        pair.handshake();

        List<TlsMessage> client = Feeding.everyWay(pair.fromClient());
        List<TlsMessage> server = Feeding.everyWay(pair.fromServer());
        assertThat(pair.session().getProtocol()).isEqualTo("TLSv1.3");
        assertThat(client).hasSize(2).hasOnlyElementsOfType(ClientHello.class);
        assertThat(server)
                .extracting(message -> ((ServerHello) message).helloRetryRequest())
                .containsExactly(true, false);
    }

    @Test
    void aServerThatRefusesTheVersionSaysSoInTheClear() throws Exception {
        EnginePair pair = pair(context());
        setProtocols(pair.client(), "TLSv1.2");
        setProtocols(pair.server(), "TLSv1.3");
        pair.handshake();

        assertThat(only(pair.fromServer())).isEqualTo(new Alert(2, 70));
    }

    @Test
    void aTls12ClientThatDoesNotTrustTheServerSaysSoInTheClear() throws Exception {
        SSLContext distrustful = SSLContext.getInstance("TLS");
        distrustful.init(null, new TrustManager[] {new NoTrust()}, null);
        EnginePair pair = new EnginePair(distrustful, context());
        setProtocols(pair.client(), "TLSv1.2");
        pair.handshake();

        List<TlsMessage> messages = Feeding.everyWay(pair.fromClient());
        assertThat(messages).hasSize(2);
        assertThat(((Alert) messages.get(1)).name()).isEqualTo("certificate_unknown");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void isDoneWithBothDirectionsAfterAHandshake(String protocol) throws Exception {
        EnginePair pair = pair(context());
        setProtocols(pair.server(), protocol);
        pair.handshake();

        for (byte[] bytes : List.of(pair.fromClient(), pair.fromServer())) {
            ClearTextReader reader = new ClearTextReader();
            reader.feed(ByteBuffer.wrap(bytes));
            assertThat(reader.done()).isTrue();
            assertThat(reader.kept()).isEqualTo(bytes);
        }
    }

    private static TlsMessage only(byte[] bytes) {
        List<TlsMessage> messages = Feeding.everyWay(bytes);
        assertThat(messages).hasSize(1);
        return messages.get(0);
    }

    private static EnginePair pair(SSLContext context) throws SSLException {
        return new EnginePair(context, context);
    }

    private static void setProtocols(SSLEngine engine, String... protocols) {
        engine.setEnabledProtocols(protocols);
    }

    private static void setApplicationProtocols(SSLEngine engine, String... protocols) {
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        engine.setSSLParameters(parameters);
    }

    private static SSLContext context() throws GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(keyStore, PASSWORD);
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(keyStore);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    /** Makes a server turn down the key shares of some groups. */
    private record AllBut(Set<String> groups) implements AlgorithmConstraints {
        @Override
        public boolean permits(Set<CryptoPrimitive> primitives, String algorithm, AlgorithmParameters parameters) {
            return !groups.contains(algorithm);
        }

        @Override
        public boolean permits(Set<CryptoPrimitive> primitives, Key key) {
            return true;
        }

        @Override
        public boolean permits(
                Set<CryptoPrimitive> primitives, String algorithm, Key key, AlgorithmParameters parameters) {
            return permits(primitives, algorithm, parameters);
        }
    }

    private static final class NoTrust implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("no one is trusted");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("no one is trusted");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
