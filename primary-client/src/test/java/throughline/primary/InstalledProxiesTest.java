package throughline.primary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import throughline.certs.TestPki;
import throughline.identity.Identity;
import throughline.primary.dial.AuthenticationScheme;
import throughline.primary.dial.ProxyAuthentication;
import throughline.primary.dial.ProxyCredentials;
import throughline.primary.dial.ProxySettings;
import throughline.primary.dial.ProxySettings.HttpConnect;
import throughline.primary.dial.ProxySettings.HttpsConnect;
import throughline.primary.dial.ProxySettings.Socks5;
import throughline.primary.dial.ProxyTls;
import throughline.primary.dial.RevocationDownload;
import throughline.primary.evidence.PathEvidence.SocksAnswered;
import throughline.primary.evidence.PathEvidence.TunnelAnswered;
import throughline.replica.Admission;
import throughline.replica.Replica;
import throughline.replica.ReplicaSettings;

/** The proxies of Debian, each skipped where it is not installed. They resolve the replica's name, so it is localhost. */
@SuppressWarnings("try") // A proxy runs for as long as its block does; nothing else is wanted of it.
class InstalledProxiesTest {
    private static final Lab LAB = new Lab();
    private static final String HOST = "localhost";
    private static final TestPki COMPANY = TestPki.create(Clock.systemUTC());

    private static Replica replica;

    @TempDir
    Path folder;

    @BeforeAll
    static void open(@TempDir Path store) throws IOException {
        replica = Replica.start(
                ReplicaSettings.builder(LAB.pki.server(HOST), LAB.pki.trust(), Admission.anyAcceptedCertificate(store))
                        .build());
    }

    @AfterAll
    static void close() {
        replica.close();
    }

    /** It demands with 407 and refuses with 401. */
    @ParameterizedTest
    @CsvSource({"sesame, works", "barley, tunnel.auth-required"})
    void tinyproxyAsksForBasic(String password, String outcome) throws IOException {
        Path tinyproxy = InstalledProxy.program("tinyproxy", "tinyproxy");
        int port = InstalledProxy.freePort();
        Path configuration = Files.writeString(
                folder.resolve("tinyproxy.conf"),
                "Port " + port + "\nListen 127.0.0.1\nBasicAuth alice sesame\nConnectPort " + replica.port() + "\n");
        try (InstalledProxy proxy =
                InstalledProxy.start(folder, port, tinyproxy.toString(), "-d", "-c", configuration.toString())) {
            assertThat(outcome(new HttpConnect("127.0.0.1", port, account("alice", password))))
                    .isEqualTo(outcome);
        }
    }

    @Test
    void tinyproxyIsNotAskedAgainForADocumentWithWhatItHasRefused() throws IOException {
        Path tinyproxy = InstalledProxy.program("tinyproxy", "tinyproxy");
        int port = InstalledProxy.freePort();
        Path configuration = Files.writeString(
                folder.resolve("tinyproxy.conf"), "Port " + port + "\nListen 127.0.0.1\nBasicAuth alice sesame\n");
        try (InstalledProxy proxy =
                        InstalledProxy.start(folder, port, tinyproxy.toString(), "-d", "-c", configuration.toString());
                RevocationDownload download = new RevocationDownload(
                        new HttpConnect("127.0.0.1", port, account("alice", "barley")), Lab.LOOPBACK, Lab.limits())) {
            URI list = URI.create("http://" + HOST + ":1/list");
            assertThatThrownBy(() -> download.get(list)).hasMessageContaining("answered 401");
            assertThatThrownBy(() -> download.get(list)).hasMessageContaining("not sent again");
        }
    }

    @Test
    void tinyproxyRefusesThePort() throws IOException {
        Path tinyproxy = InstalledProxy.program("tinyproxy", "tinyproxy");
        int port = InstalledProxy.freePort();
        Path configuration = Files.writeString(
                folder.resolve("tinyproxy.conf"), "Port " + port + "\nListen 127.0.0.1\nConnectPort 443\n");
        try (InstalledProxy proxy =
                InstalledProxy.start(folder, port, tinyproxy.toString(), "-d", "-c", configuration.toString())) {
            assertThat(outcome(ProxySettings.httpConnect("127.0.0.1", port))).isEqualTo("tunnel.refused");
        }
    }

    @Test
    void danteLeadsToTheName() throws IOException {
        Path danted = InstalledProxy.program("danted", "dante-server");
        int port = InstalledProxy.freePort();
        try (InstalledProxy proxy = dante(danted, port, "none", "pass")) {
            assertThat(outcome(ProxySettings.socks5("127.0.0.1", port))).isEqualTo("works");
        }
    }

    @Test
    void danteRefusesByItsRules() throws IOException {
        Path danted = InstalledProxy.program("danted", "dante-server");
        int port = InstalledProxy.freePort();
        try (InstalledProxy proxy = dante(danted, port, "none", "block")) {
            ReplicationFailed failed = Lab.fails(settings(ProxySettings.socks5("127.0.0.1", port)));

            assertThat(Lab.rule(failed)).isEqualTo("tunnel.refused");
            assertThat(Lab.last(failed, SocksAnswered.class))
                    .hasValueSatisfying(answer -> assertThat(answer.code()).isEqualTo(2));
        }
    }

    /** Its accounts are those of the machine, of which a test makes none: what is seen is the refusal. */
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void danteRefusesWhoIsUnknown(boolean withAccount) throws IOException {
        Path danted = InstalledProxy.program("danted", "dante-server");
        int port = InstalledProxy.freePort();
        try (InstalledProxy proxy = dante(danted, port, "username", "pass")) {
            ProxyAuthentication authentication =
                    withAccount ? account("nobody-of-that-name", "sesame") : ProxyAuthentication.none();

            assertThat(outcome(new Socks5("127.0.0.1", port, authentication))).isEqualTo("tunnel.auth-required");
        }
    }

    private InstalledProxy dante(Path danted, int port, String method, String verdict) throws IOException {
        Path configuration = Files.writeString(folder.resolve("danted.conf"), """
                logoutput: stderr
                internal: 127.0.0.1 port = %d
                external: 127.0.0.1
                clientmethod: none
                socksmethod: %s
                user.privileged: root
                user.unprivileged: nobody
                client pass { from: 127.0.0.0/8 to: 0.0.0.0/0 }
                socks %s { from: 127.0.0.0/8 to: 0.0.0.0/0 }
                """.formatted(port, method, verdict));
        return InstalledProxy.start(folder, port, danted.toString(), "-f", configuration.toString());
    }

    /** openssl passwd -1 -salt salt sesame */
    @ParameterizedTest
    @CsvSource({"sesame, works", "barley, tunnel.auth-required"})
    void squidAsksForBasic(String password, String outcome) throws IOException {
        Squid squid = new Squid();
        Files.writeString(folder.resolve("users"), "alice:$1$salt$8Xwa0TWrZYGxXErSABfgK1\n");
        try (InstalledProxy proxy = squid.start(
                "auth_param basic program " + squid.helper("basic_ncsa_auth") + " " + folder.resolve("users") + "\n")) {
            assertThat(outcome(new HttpConnect("127.0.0.1", squid.port, account("alice", password))))
                    .isEqualTo(outcome);
        }
    }

    /** printf 'alice:box:sesame' | md5sum */
    @ParameterizedTest
    @CsvSource({"sesame, works", "barley, tunnel.auth-required"})
    void squidAsksForDigest(String password, String outcome) throws IOException {
        Squid squid = new Squid();
        Files.writeString(folder.resolve("users"), "alice:box:40031994fac54b34ea3ed19e4e662b68\n");
        try (InstalledProxy proxy = squid.start("auth_param digest program " + squid.helper("digest_file_auth") + " -c "
                + folder.resolve("users") + "\nauth_param digest realm box\n")) {
            assertThat(outcome(new HttpConnect("127.0.0.1", squid.port, account("alice", password))))
                    .isEqualTo(outcome);
        }
    }

    /** ntlm_fake_auth verifies nothing: what is tested is the exchange over one connection. */
    @Test
    void squidTakesTheStepsOfNtlm() throws IOException {
        Squid squid = new Squid();
        try (InstalledProxy proxy = squid.start("auth_param ntlm program " + squid.helper("ntlm_fake_auth") + "\n")) {
            Replicated replicated = Lab.works(settings(new HttpConnect(
                    "127.0.0.1", squid.port, account("ACME\\alice", "sesame").using(AuthenticationScheme.NTLM))));

            assertThat(Lab.all(replicated.caseFile(), TunnelAnswered.class))
                    .extracting(TunnelAnswered::status)
                    .containsExactly(407, 407, 200);
        }
    }

    /** With the realm of this test in place of the machine's; a wrong password does not get as far as squid. */
    @ParameterizedTest
    @CsvSource({"sesame, works", "barley, tunnel.auth-required"})
    void squidAsksForNegotiate(String password, String outcome) throws Exception {
        Squid squid = new Squid();
        try (Kdc kdc = Kdc.start(folder)) {
            Files.setPosixFilePermissions(kdc.keys(), PosixFilePermissions.fromString("rw-r--r--"));
            try (InstalledProxy proxy = squid.start(
                    "auth_param negotiate program " + squid.helper("negotiate_kerberos_auth") + " -k " + kdc.keys()
                            + " -s GSS_C_NO_NAME\n",
                    "KRB5_CONFIG=" + kdc.configuration(),
                    "KRB5_KTNAME=" + kdc.keys(),
                    "KRB5RCACHENAME=none:")) {
                assertThat(outcome(new HttpConnect(
                                HOST, squid.port, account("alice", password).using(AuthenticationScheme.NEGOTIATE))))
                        .isEqualTo(outcome);
            }
        }
    }

    /** A ticket for another realm's key: squid's own no, over a connection that it keeps open. */
    @Test
    void squidRefusesATicketThatIsNotForItsKey() throws Exception {
        Squid squid = new Squid();
        try (Kdc kdc = Kdc.start(folder)) {
            Path none = Files.createFile(folder.resolve("none.keytab"));
            try (InstalledProxy proxy = squid.start(
                    "auth_param negotiate program " + squid.helper("negotiate_kerberos_auth") + " -k " + none
                            + " -s GSS_C_NO_NAME\n",
                    "KRB5_CONFIG=" + kdc.configuration(),
                    "KRB5_KTNAME=" + none,
                    "KRB5RCACHENAME=none:")) {
                ReplicationFailed failed = Lab.fails(settings(new HttpConnect(
                        HOST, squid.port, account("alice", "sesame").using(AuthenticationScheme.NEGOTIATE))));

                assertThat(Lab.rule(failed)).isEqualTo("tunnel.auth-required");
                assertThat(Lab.all(failed, TunnelAnswered.class))
                        .extracting(TunnelAnswered::status)
                        .containsExactly(407, 407);
            }
        }
    }

    /** A list of revoked certificates is asked for in absolute form, and told who asks by the same means. */
    @ParameterizedTest
    @CsvSource({"BASIC, sesame", "DIGEST, sesame", "NTLM, sesame", "BASIC, barley", "DIGEST, barley"})
    void squidIsAskedForADocument(AuthenticationScheme scheme, String password) throws IOException {
        Squid squid = new Squid();
        Files.writeString(
                folder.resolve("users"),
                scheme == AuthenticationScheme.DIGEST
                        ? "alice:box:40031994fac54b34ea3ed19e4e662b68\n"
                        : "alice:$1$salt$8Xwa0TWrZYGxXErSABfgK1\n");
        String program =
                switch (scheme) {
                    case BASIC -> "basic program " + squid.helper("basic_ncsa_auth") + " " + folder.resolve("users");
                    case DIGEST ->
                        "digest program " + squid.helper("digest_file_auth") + " -c " + folder.resolve("users")
                                + "\nauth_param digest realm box";
                    case NTLM -> "ntlm program " + squid.helper("ntlm_fake_auth");
                    case NEGOTIATE -> throw new IllegalArgumentException("has a test of its own");
                };
        try (FakeServer origin = new FakeServer(wire -> {
                    wire.head();
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nlist");
                });
                InstalledProxy proxy = squid.start("auth_param " + program + "\n");
                RevocationDownload download = new RevocationDownload(
                        new HttpConnect(
                                "127.0.0.1",
                                squid.port,
                                account("alice", password).using(scheme)),
                        Lab.LOOPBACK,
                        Lab.limits())) {
            URI list = URI.create("http://" + HOST + ":" + origin.port() + "/list");
            if (password.equals("sesame")) {
                assertThat(download.get(list)).asString().isEqualTo("list");
            } else {
                assertThatThrownBy(() -> download.get(list)).hasMessageContaining("answered 407");
                assertThatThrownBy(() -> download.get(list)).hasMessageContaining("not sent again");
            }
        }
    }

    @Test
    void squidSpeaksTlsItself() throws IOException {
        Squid squid = new Squid();
        int port = InstalledProxy.freePort();
        Path pem = pem(COMPANY.server(HOST));
        try (InstalledProxy proxy =
                squid.start("https_port 127.0.0.1:" + port + " tls-cert=" + pem + "\nacl known src all\n")) {
            assertThat(outcome(new HttpsConnect(
                            HOST, port, ProxyAuthentication.none(), ProxyTls.trusting(COMPANY.trust()))))
                    .isEqualTo("works");
        }
    }

    @ParameterizedTest
    @CsvSource({"false, false, works", "true, true, works", "true, false, proxy.tls-failed"})
    void stunnelSpeaksTlsForAProxy(boolean demanded, boolean certificate, String outcome) throws IOException {
        Path stunnel = InstalledProxy.program("stunnel4", "stunnel4");
        int port = InstalledProxy.freePort();
        Path pem = pem(COMPANY.server(HOST));
        Path authorities = Files.writeString(
                folder.resolve("ca.pem"),
                certificates(List.copyOf(COMPANY.trust().anchors())));
        try (FakeServer behind = new FakeServer(wire -> {
                    wire.head();
                    wire.send("HTTP/1.1 200 OK\r\n\r\n");
                    wire.tunnelTo(replica.port());
                });
                InstalledProxy proxy = InstalledProxy.start(
                        folder,
                        port,
                        stunnel.toString(),
                        Files.writeString(
                                        folder.resolve("stunnel.conf"),
                                        "foreground = yes\npid =\n[proxy]\naccept = 127.0.0.1:" + port
                                                + "\nconnect = 127.0.0.1:" + behind.port() + "\ncert = " + pem + "\n"
                                                + (demanded ? "verifyChain = yes\nCAfile = " + authorities + "\n" : ""))
                                .toString())) {
            ProxyTls tls = ProxyTls.trusting(COMPANY.trust());
            ProxyTls own = certificate ? tls.identifiedBy(COMPANY.client("gate.test")) : tls;

            assertThat(outcome(new HttpsConnect(HOST, port, ProxyAuthentication.none(), own)))
                    .isEqualTo(outcome);
        }
    }

    /** Squid with nothing but what a test adds, out of the folders beside its program. */
    private final class Squid {
        private final Path program = InstalledProxy.program("squid", "squid-openssl");
        private final int port = InstalledProxy.freePort();

        Squid() throws IOException {
            // Started as root it becomes nobody, who has to read here.
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        }

        Path helper(String name) {
            return program.resolveSibling("../lib/squid/" + name).normalize();
        }

        /** @param environment as NAME=VALUE, on top of this process's */
        InstalledProxy start(String lines, String... environment) throws IOException {
            Path share = program.resolveSibling("../share/squid").normalize();
            boolean authenticated = lines.contains("auth_param");
            Path configuration = Files.writeString(folder.resolve("squid.conf"), """
                    http_port 127.0.0.1:%d
                    cache_effective_user nobody
                    cache deny all
                    access_log none
                    cache_log /dev/stderr
                    pid_filename none
                    coredump_dir %s
                    shutdown_lifetime 0 seconds
                    mime_table %s/mime.conf
                    icon_directory %s/icons
                    error_directory %s-langpack/templates
                    unlinkd_program %s
                    pinger_enable off
                    %s%s
                    http_access deny all
                    """.formatted(
                            port,
                            folder,
                            share,
                            share,
                            share,
                            helper("unlinkd"),
                            lines,
                            authenticated
                                    ? "acl account proxy_auth REQUIRED\nhttp_access allow account"
                                    : "http_access allow all"));
            List<String> command = new ArrayList<>(List.of("env"));
            command.addAll(List.of(environment));
            command.addAll(List.of(program.toString(), "-N", "-f", configuration.toString()));
            return InstalledProxy.start(folder, port, command.toArray(String[]::new));
        }
    }

    private Path pem(Identity identity) throws IOException {
        String key = Base64.getMimeEncoder().encodeToString(identity.key().getEncoded());
        return Files.writeString(
                folder.resolve("proxy.pem"),
                "-----BEGIN PRIVATE KEY-----\n" + key + "\n-----END PRIVATE KEY-----\n"
                        + certificates(identity.chain()));
    }

    private static String certificates(List<X509Certificate> chain) {
        StringBuilder pem = new StringBuilder();
        for (X509Certificate certificate : chain) {
            try {
                pem.append("-----BEGIN CERTIFICATE-----\n")
                        .append(Base64.getMimeEncoder().encodeToString(certificate.getEncoded()))
                        .append("\n-----END CERTIFICATE-----\n");
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException(e);
            }
        }
        return pem.toString();
    }

    private static ProxyAuthentication account(String user, String password) {
        return ProxyAuthentication.of(new ProxyCredentials(user, password));
    }

    private static ClientSettings.Builder settings(ProxySettings proxy) {
        return ClientSettings.to(URI.create("https://" + HOST + ":" + replica.port()))
                .trust(LAB.pki.trust())
                .identity(LAB.client)
                .limits(Lab.limits())
                .resolver(Lab.LOOPBACK)
                .proxy(proxy);
    }

    private static String outcome(ProxySettings proxy) {
        try (PrimaryClient primary = new PrimaryClient(settings(proxy).build())) {
            primary.tryPath();
            return "works";
        } catch (ReplicationFailed failed) {
            return Lab.rule(failed);
        }
    }
}
