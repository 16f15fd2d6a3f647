package throughline.primary;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import javax.security.auth.login.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.primary.dial.AuthenticationScheme;
import throughline.primary.dial.ProxyAuthentication;
import throughline.primary.dial.ProxyCredentials;
import throughline.primary.dial.ProxySettings.HttpConnect;
import throughline.primary.dial.TimeLimits;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.PathEvidence.CredentialsWithheld;
import throughline.primary.evidence.PathEvidence.LoginFailed;
import throughline.primary.evidence.PathEvidence.TunnelAnswered;
import throughline.replica.Replica;

/** Negotiate with a real KDC, and with a proxy of the tests that has a key from it. */
class NegotiateTest {
    private static final Lab LAB = new Lab();
    private static final ProxyCredentials ALICE = new ProxyCredentials("alice", "sesame");
    private static final String ASKED =
            "HTTP/1.1 407 Who\r\nProxy-Authenticate: Negotiate\r\nContent-Length: 0\r\n\r\n";

    private static Replica replica;

    private final List<String> tokens = new CopyOnWriteArrayList<>();
    private final List<String> clients = new CopyOnWriteArrayList<>();

    @TempDir
    Path folder;

    private Kdc kdc;

    @BeforeAll
    static void open(@TempDir Path store) throws IOException {
        replica = LAB.startReplica(store);
    }

    @AfterAll
    static void shut() {
        replica.close();
    }

    @BeforeEach
    void start() throws Exception {
        kdc = Kdc.start(folder);
    }

    /** Nothing of this machine's is left in force, whatever a test has set. */
    @AfterEach
    void stop() throws Exception {
        Configuration.setConfiguration(null);
        kdc.close();
    }

    @Test
    void userAndPasswordGetATicketThatOpensTheTunnel() throws IOException {
        try (FakeServer proxy = new FakeServer(this::accept)) {
            Replicated replicated = Lab.works(settings(proxy, negotiate()));

            assertThat(clients).containsExactly("alice@" + Kdc.REALM);
            assertThat(Lab.all(replicated.caseFile(), TunnelAnswered.class))
                    .extracting(TunnelAnswered::status)
                    .containsExactly(407, 200);
            assertThat(CaseFormat.write(replicated.caseFile())).doesNotContain(tokens.get(0), "sesame");
            assertThat(proxy.accepted()).isEqualTo(1);
        }
    }

    @Test
    void theTicketThatIsThereAlreadyOpensTheTunnel() throws Exception {
        Configuration.setConfiguration(Kdc.tickets(kdc.ticket()));
        try (FakeServer proxy = new FakeServer(this::accept)) {
            Lab.works(settings(proxy, ProxyAuthentication.negotiate()));

            assertThat(clients).containsExactly("alice@" + Kdc.REALM);
        }
    }

    @Test
    void withoutATicketNothingIsSentAndTheSentenceSaysSo() throws IOException {
        Configuration.setConfiguration(Kdc.tickets(folder.resolve("none")));
        try (FakeServer proxy = new FakeServer(this::accept)) {
            ReplicationFailed failed = Lab.fails(settings(proxy, ProxyAuthentication.negotiate()));

            assertThat(Lab.rule(failed)).isEqualTo("tunnel.auth-required");
            assertThat(failed).hasMessageContaining("no Kerberos ticket");
            assertThat(tokens).isEmpty();
        }
    }

    /** Whoever only has credentials configured does not talk to a KDC because a proxy says so. */
    @Test
    void aProxyThatIsNotNamedForItGetsNothing() throws IOException {
        try (FakeServer proxy = new FakeServer(this::accept)) {
            ReplicationFailed failed = Lab.fails(settings(proxy, ProxyAuthentication.of(ALICE)));

            assertThat(Lab.rule(failed)).isEqualTo("tunnel.auth-required");
            assertThat(tokens).isEmpty();
        }
    }

    /** The KDC counts wrong passwords, and locks an account for them. */
    @Test
    void aPasswordThatTheKdcRefusesIsNotTriedAgain() throws Exception {
        AtomicReference<ProxyCredentials> pair = new AtomicReference<>(new ProxyCredentials("alice", "barley"));
        ProxyAuthentication authentication =
                ProxyAuthentication.from(() -> Optional.ofNullable(pair.get())).using(AuthenticationScheme.NEGOTIATE);
        try (FakeServer proxy = new FakeServer(this::accept);
                PrimaryClient primary =
                        new PrimaryClient(settings(proxy, authentication).build())) {
            ReplicationFailed first = Lab.fails(primary);
            ReplicationFailed second = Lab.fails(primary);

            assertThat(first).hasMessageContaining("Kerberos refuses user and password");
            assertThat(Lab.all(second, LoginFailed.class)).isEmpty();
            assertThat(Lab.all(second, CredentialsWithheld.class)).hasSize(1);
            assertThat(tokens).isEmpty();

            pair.set(ALICE);
            Lab.works(primary);
        }
    }

    @Test
    void aTicketThatTheProxyRefusesIsNotSentToItAgain() throws Exception {
        Configuration.setConfiguration(Kdc.tickets(kdc.ticket()));
        try (FakeServer proxy = new FakeServer(wire -> {
                    while (true) {
                        heard(wire);
                        wire.send(ASKED);
                    }
                });
                PrimaryClient primary = new PrimaryClient(
                        settings(proxy, ProxyAuthentication.negotiate()).build())) {
            ReplicationFailed first = Lab.fails(primary);
            ReplicationFailed second = Lab.fails(primary);

            assertThat(Lab.rule(first)).isEqualTo("tunnel.auth-required");
            assertThat(first).hasMessageContaining("refuses the credentials");
            assertThat(second).hasMessageContaining("has refused those configured before");
            assertThat(tokens).hasSize(1);
        }
    }

    /** A token is good once: the second connection has one of its own. */
    @Test
    void aProxyThatClosesAfterItsQuestionGetsTheTokenOnTheNextConnection() throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            if (wire.number() == 1) {
                heard(wire);
                wire.send(ASKED.replace("Content-Length: 0", "Connection: close"));
            } else {
                letIn(wire, heard(wire).orElseThrow());
            }
        })) {
            Lab.works(settings(proxy, negotiate()));

            assertThat(clients).containsExactly("alice@" + Kdc.REALM);
        }
    }

    /** RFC 4559 leaves it open. */
    @Test
    void aConsentWithoutATokenIsTaken() throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            heard(wire);
            wire.send(ASKED);
            heard(wire);
            wire.send("HTTP/1.1 200 OK\r\n\r\n");
            wire.tunnelTo(replica.port());
        })) {
            Lab.works(settings(proxy, negotiate()));
        }
    }

    /** The first is Base64 of four zeros; the last is the client's own token, which proves nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"AAAA", "oQcwBaADCgEA", "own"})
    void aConsentWithAWrongTokenIsNotTaken(String answer) throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            heard(wire);
            wire.send(ASKED);
            String own = heard(wire).orElseThrow();
            wire.send("HTTP/1.1 200 OK\r\nProxy-Authenticate: Negotiate " + (answer.equals("own") ? own : answer)
                    + "\r\n\r\n");
            wire.silence();
        })) {
            ReplicationFailed failed = Lab.fails(settings(proxy, negotiate()));

            assertThat(Lab.rule(failed)).isEqualTo("tunnel.auth-required");
            assertThat(Lab.all(failed, LoginFailed.class)).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"AAAA", "TlRMTVNTUAACAAAA", "oQcwBaADCgEA", "oRQwEqADCgEBoQsGCSqGSIb3EgECAg==", "own"})
    void aProxyThatAsksOnWithoutAnEndIsLeft(String question) throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            heard(wire);
            wire.send(ASKED);
            while (true) {
                String own = heard(wire).orElse("AAAA");
                wire.send(ASKED.replace(
                        "Negotiate\r\n", "Negotiate " + (question.equals("own") ? own : question) + "\r\n"));
            }
        })) {
            ReplicationFailed failed = Lab.fails(settings(proxy, negotiate()));

            assertThat(Lab.rule(failed)).isEqualTo("tunnel.auth-required");
            assertThat(tokens.size()).isBetween(1, 8);
        }
    }

    @Test
    void aProxyThatTheKdcDoesNotKnowIsNamed() throws IOException {
        try (FakeServer proxy = new FakeServer(this::accept)) {
            ReplicationFailed failed = Lab.fails(
                    LAB.settings(replica.port()).proxy(new HttpConnect("other.test", proxy.port(), negotiate())));

            assertThat(failed).hasMessageContaining("HTTP/other.test");
            assertThat(tokens).isEmpty();
        }
    }

    @Test
    void aKdcThatIsSilentHoldsNobodyLongerThanTheProxyMay() throws IOException {
        TimeLimits limits = Lab.limits();
        TimeLimits impatient = new TimeLimits(
                limits.resolve(),
                limits.connect(),
                Duration.ofMillis(400),
                limits.tls(),
                limits.firstAnswer(),
                limits.idle());
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                FakeServer proxy = new FakeServer(this::accept)) {
            kdc.use(silent.getLocalPort());

            ReplicationFailed failed = Lab.fails(settings(proxy, negotiate()).limits(impatient));

            assertThat(Lab.last(failed, LoginFailed.class))
                    .hasValueSatisfying(
                            login -> assertThat(login.failure().kind()).isEqualTo(FailureKind.TIMED_OUT));
            assertThat(Lab.rule(failed)).isEqualTo("tunnel.auth-required");
            assertThat(tokens).isEmpty();
        }
    }

    /** As a proxy with keys does it. */
    private void accept(Wire wire) throws IOException {
        Optional<String> token = heard(wire);
        while (token.isEmpty()) {
            wire.send(ASKED);
            token = heard(wire);
        }
        letIn(wire, token.get());
    }

    private void letIn(Wire wire, String token) throws IOException {
        Kdc.Acceptor acceptor = kdc.new Acceptor();
        Optional<byte[]> answer = acceptor.accept(Base64.getDecoder().decode(token));
        clients.add(acceptor.client());
        if (answer.isPresent()) {
            wire.send("HTTP/1.1 200 OK\r\nProxy-Authenticate: Negotiate "
                    + Base64.getEncoder().encodeToString(answer.get()) + "\r\n\r\n");
            wire.tunnelTo(replica.port());
        } else {
            wire.send(ASKED);
        }
    }

    /** The token of the next request; absent when it has none. */
    private Optional<String> heard(Wire wire) throws IOException {
        Optional<String> token = wire.head()
                .lines()
                .filter(line -> line.startsWith("Proxy-Authorization: "))
                .map(line -> line.replace("Proxy-Authorization: Negotiate ", ""))
                .findFirst();
        token.ifPresent(tokens::add);
        return token;
    }

    private static ProxyAuthentication negotiate() {
        return ProxyAuthentication.of(ALICE).using(AuthenticationScheme.NEGOTIATE);
    }

    private static ClientSettings.Builder settings(FakeServer proxy, ProxyAuthentication authentication) {
        return LAB.settings(replica.port()).proxy(new HttpConnect("localhost", proxy.port(), authentication));
    }
}
