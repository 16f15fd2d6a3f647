package throughline.primary;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import throughline.primary.dial.AuthenticationScheme;
import throughline.primary.dial.ProxyAuthentication;
import throughline.primary.dial.ProxyCredentials;
import throughline.primary.dial.ProxySettings.HttpConnect;
import throughline.primary.evidence.PathEvidence.CredentialsWithheld;
import throughline.primary.evidence.PathEvidence.TunnelAnswered;
import throughline.replica.Replica;

/** Which scheme is answered, with what, and how often. */
class ProxySchemesTest {
    private static final Lab LAB = new Lab();
    private static final ProxyCredentials ALICE = new ProxyCredentials("ACME\\alice", "Open Sesame");
    private static final String DIGEST = "Digest realm=\"r\", qop=\"auth\", nonce=\"";

    /** MS-NLMP 2.2.1.2, with a NetBIOS domain name and nothing else. */
    static final String DEMAND = Base64.getEncoder()
            .encodeToString(HexFormat.of()
                    .parseHex("4e544c4d53535000" + "02000000" + "0000000030000000" + "01828800" + "0123456789abcdef"
                            + "0000000000000000" + "1400140030000000" + "02000c0044006f006d00610069006e00"
                            + "00000000"));

    private static Replica replica;

    private final List<String> said = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void open(@TempDir Path store) throws IOException {
        replica = LAB.startReplica(store);
    }

    @AfterAll
    static void close() {
        replica.close();
    }

    /** What the next request on the connection says for itself. */
    private String next(Wire wire) throws IOException {
        String value = wire.head()
                .lines()
                .filter(line -> line.startsWith("Proxy-Authorization: "))
                .map(line -> line.substring("Proxy-Authorization: ".length()))
                .findFirst()
                .orElse("");
        said.add(wire.number() + " " + value);
        return value;
    }

    private static void demand(Wire wire, String... challenges) throws IOException {
        StringBuilder answer = new StringBuilder("HTTP/1.1 407 Who\r\n");
        for (String challenge : challenges) {
            answer.append("Proxy-Authenticate: ").append(challenge).append("\r\n");
        }
        wire.send(answer + "Content-Length: 0\r\n\r\n");
    }

    private static void letThrough(Wire wire) throws IOException {
        wire.send("HTTP/1.1 200 OK\r\n\r\n");
        wire.tunnelTo(replica.port());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Negotiate, NTLM, Digest nonce=x, Basic | DIGEST BASIC      | Digest",
                "Basic, Digest nonce=x                  | DIGEST BASIC      | Digest",
                "Basic, Digest nonce=x                  | BASIC             | Basic",
                "Negotiate, NTLM, Basic                 | NTLM DIGEST BASIC | NTLM",
                "Negotiate, NTLM, Basic                 | DIGEST BASIC      | Basic",
                "Digest nonce=x qop=y algorithm=Z, Basic| DIGEST BASIC      | Basic",
            })
    void theStrongestThatIsAllowedIsTaken(String offered, String allowed, String taken) throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            next(wire);
            demand(wire, offered.replace(" qop", ", qop").replace(" algorithm", ", algorithm"));
            next(wire);
            letThrough(wire);
        })) {
            AuthenticationScheme[] schemes = Arrays.stream(allowed.split(" ", -1))
                    .map(AuthenticationScheme::valueOf)
                    .toArray(AuthenticationScheme[]::new);

            Lab.works(settings(proxy, ProxyAuthentication.of(ALICE).using(schemes[0], schemes)));

            assertThat(said).hasSize(2);
            assertThat(said.get(1)).startsWith("1 " + taken);
        }
    }

    @Test
    void theStrongestDigestIsTaken() throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            next(wire);
            demand(
                    wire,
                    DIGEST + "m\", algorithm=MD5",
                    DIGEST + "l\", algorithm=SHA-512-256",
                    DIGEST + "s\", algorithm=SHA-256");
            next(wire);
            letThrough(wire);
        })) {
            Lab.works(settings(proxy, ProxyAuthentication.of(ALICE)));

            assertThat(said.get(1))
                    .contains("algorithm=SHA-512-256", "nonce=\"l\"", "uri=\"" + Lab.HOST + ":" + replica.port() + "\"")
                    .doesNotContain("Sesame");
        }
    }

    /** RFC 7616 section 3.3: stale says that user and password were right. */
    @Test
    void aStaleNonceIsNoRefusal() throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            next(wire);
            demand(wire, DIGEST + "one\"");
            next(wire);
            demand(wire, DIGEST + "two\", stale=TRUE");
            next(wire);
            letThrough(wire);
        })) {
            Lab.works(settings(proxy, ProxyAuthentication.of(ALICE)));

            assertThat(said.get(1)).contains("nonce=\"one\"");
            assertThat(said.get(2)).contains("nonce=\"two\"");
        }
    }

    @Test
    void aNonceThatIsAlwaysStaleIsARefusal() throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            while (true) {
                next(wire);
                demand(wire, DIGEST + "n\", stale=true");
            }
        })) {
            ReplicationFailed failed = Lab.fails(settings(proxy, ProxyAuthentication.of(ALICE)));

            assertThat(Lab.rule(failed)).isEqualTo("tunnel.auth-required");
            assertThat(said).hasSize(4);
        }
    }

    @Test
    void ntlmTakesThreeStepsOnOneConnection() throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            next(wire);
            demand(wire, "NTLM");
            next(wire);
            demand(wire, "NTLM " + DEMAND);
            next(wire);
            letThrough(wire);
        })) {
            Replicated replicated = Lab.works(settings(proxy, ntlm()));

            assertThat(said).hasSize(3).allMatch(line -> line.startsWith("1 "));
            assertThat(decoded(said.get(1))).startsWith("4e544c4d53535000" + "01000000");
            // "alice" and "ACME" in UTF-16.
            assertThat(decoded(said.get(2)))
                    .startsWith("4e544c4d53535000" + "03000000")
                    .contains("61006c00690063006500", "410043004d004500");
            assertThat(Lab.all(replicated.caseFile(), TunnelAnswered.class))
                    .extracting(TunnelAnswered::credentialsSent)
                    .containsExactly(false, false, true);
        }
    }

    /** Many close behind their first 407; the steps that belong together then follow on the next connection. */
    @Test
    void ntlmBeginsOnTheConnectionThatIsKept() throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            if (next(wire).isEmpty()) {
                wire.send("HTTP/1.1 407 Who\r\nProxy-Authenticate: NTLM\r\nConnection: close\r\n\r\n");
                return;
            }
            demand(wire, "NTLM " + DEMAND);
            next(wire);
            letThrough(wire);
        })) {
            Lab.works(settings(proxy, ntlm()));

            assertThat(said).extracting(line -> line.substring(0, 1)).containsExactly("1", "2", "2");
        }
    }

    @Test
    void ntlmThatIsCutOffInTheMiddleFailsWithoutTryingAgain() throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            next(wire);
            demand(wire, "NTLM");
            next(wire);
            wire.send("HTTP/1.1 407 Who\r\nProxy-Authenticate: NTLM " + DEMAND + "\r\nConnection: close\r\n\r\n");
        })) {
            ReplicationFailed failed = Lab.fails(settings(proxy, ntlm()));

            assertThat(Lab.rule(failed)).isEqualTo("tunnel.auth-required");
            assertThat(said).hasSize(2);
        }
    }

    @Test
    void ntlmThatIsCutOffAtItsEndIsNotTriedAgain() throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            next(wire);
            demand(wire, "NTLM");
            next(wire);
            demand(wire, "NTLM " + DEMAND);
            next(wire);
        })) {
            ReplicationFailed failed = Lab.fails(settings(proxy, ntlm()));

            assertThat(Lab.rule(failed)).isEqualTo("tunnel.auth-required");
            assertThat(said).hasSize(3);
        }
    }

    @ParameterizedTest
    @CsvSource({"NTLM !!!!", "NTLM TlRMTVNTUAACAAAA", "NTLM", "Basic"})
    void anNtlmDemandThatIsNoneIsARefusalAndNoCrash(String second) throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            next(wire);
            demand(wire, "NTLM");
            next(wire);
            demand(wire, second);
            wire.silence();
        })) {
            ReplicationFailed failed = Lab.fails(settings(proxy, ntlm()));

            assertThat(Lab.rule(failed)).isEqualTo("tunnel.auth-required");
            assertThat(said).hasSize(2);
        }
    }

    /** Accounts get locked: neither another scheme nor another connection tries the same pair again. */
    @Test
    void aRefusedPairIsNotSentAgainUntilItChanges() throws IOException {
        AtomicReference<ProxyCredentials> pair = new AtomicReference<>(ALICE);
        try (FakeServer proxy = new FakeServer(wire -> {
            while (true) {
                if (next(wire).startsWith("Digest username=\"bob\"")) {
                    letThrough(wire);
                    return;
                }
                demand(wire, DIGEST + "n\"", "Basic realm=\"r\"");
            }
        })) {
            ProxyAuthentication authentication = ProxyAuthentication.from(() -> Optional.ofNullable(pair.get()));
            try (PrimaryClient primary =
                    new PrimaryClient(settings(proxy, authentication).build())) {
                ReplicationFailed first = Lab.fails(primary);
                ReplicationFailed second = Lab.fails(primary);

                assertThat(first).hasMessageContaining("refuses the credentials");
                assertThat(Lab.all(first, CredentialsWithheld.class)).isEmpty();
                assertThat(Lab.rule(second)).isEqualTo("tunnel.auth-required");
                assertThat(second).hasMessageContaining("has refused those configured before");
                assertThat(Lab.all(second, CredentialsWithheld.class)).hasSize(1);
                assertThat(said).filteredOn(line -> line.length() > 2).hasSize(1);

                pair.set(new ProxyCredentials("bob", "Open Sesame"));
                Lab.works(primary);
            }
        }
    }

    @Test
    void aSourceThatFailsEndsTheAttemptBeforeTheProxyIsAsked() throws IOException {
        try (FakeServer proxy = new FakeServer(this::next)) {
            ReplicationFailed failed = Lab.fails(settings(proxy, ProxyAuthentication.from(() -> {
                throw new IllegalStateException("the vault is closed");
            })));

            assertThat(failed).hasStackTraceContaining("no credentials for the proxy: the vault is closed");
            assertThat(said).isEmpty();
        }
    }

    private static ProxyAuthentication ntlm() {
        return ProxyAuthentication.of(ALICE).using(AuthenticationScheme.NTLM);
    }

    private static String decoded(String line) {
        return HexFormat.of().formatHex(Base64.getDecoder().decode(line.substring("1 NTLM ".length())));
    }

    private static ClientSettings.Builder settings(FakeServer proxy, ProxyAuthentication authentication) {
        return LAB.settings(replica.port()).proxy(new HttpConnect("127.0.0.1", proxy.port(), authentication));
    }
}
