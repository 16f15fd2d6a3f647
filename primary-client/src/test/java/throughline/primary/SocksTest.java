package throughline.primary;

import static org.assertj.core.api.Assertions.assertThat;
import static throughline.primary.diagnosis.Confidence.CERTAIN;
import static throughline.primary.diagnosis.Confidence.LIKELY;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.primary.FakeServer.Conversation;
import throughline.primary.diagnosis.Confidence;
import throughline.primary.dial.ProxyAuthentication;
import throughline.primary.dial.ProxyCredentials;
import throughline.primary.dial.ProxySettings;
import throughline.primary.dial.ProxySettings.Socks5;
import throughline.primary.dial.TimeLimits;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.PathEvidence.LoginFailed;
import throughline.primary.evidence.PathEvidence.SocksAnswered;
import throughline.primary.evidence.PathEvidence.SocksStep;
import throughline.primary.evidence.PathEvidence.TunnelFailed;
import throughline.replica.Replica;

/** A SOCKS 5 proxy: every answer is evidence, and the replica's name is resolved there. */
class SocksTest {
    private static final Lab LAB = new Lab();
    private static final Duration TUNNEL_LIMIT = Duration.ofMillis(900);

    private static Replica replica;

    @BeforeAll
    static void open(@TempDir Path store) throws IOException {
        replica = LAB.startReplica(store);
    }

    @AfterAll
    static void close() {
        replica.close();
    }

    @Test
    void theReplicasNameGoesToTheProxy() throws IOException {
        List<String> asked = new CopyOnWriteArrayList<>();
        try (FakeServer proxy = new FakeServer(wire -> {
            asked.add(new FakeSocks(wire).serve(Optional.empty()));
            wire.tunnelTo(replica.port());
        })) {
            Replicated replicated =
                    Lab.works(settings(proxy, ProxyAuthentication.none()).resolver(host -> {
                        if (host.equals("127.0.0.1")) {
                            return List.of(InetAddress.getLoopbackAddress());
                        }
                        throw new UnknownHostException(host + " is looked up here");
                    }));

            assertThat(asked).containsExactly("3 " + Lab.HOST + " " + replica.port());
            assertThat(Lab.all(replicated.caseFile(), SocksAnswered.class))
                    .extracting(SocksAnswered::step)
                    .containsExactly(SocksStep.METHOD, SocksStep.CONNECT);
            assertThat(Lab.all(replicated.caseFile(), SocksAnswered.class)).noneMatch(SocksAnswered::adverse);
        }
    }

    /** RFC 1928 section 5: type 1 is an IPv4 address, type 4 an IPv6 address. */
    @ParameterizedTest
    @CsvSource({"192.0.2.7, 1 192.0.2.7 8443", "[2001:db8::7], 4 2001:db8:0:0:0:0:0:7 8443"})
    void anAddressGoesAsAnAddress(String host, String expected) throws IOException {
        List<String> asked = new CopyOnWriteArrayList<>();
        try (FakeServer proxy = new FakeServer(wire -> {
            FakeSocks socks = new FakeSocks(wire);
            socks.methods();
            socks.send(5, 0);
            asked.add(socks.target());
            socks.send(5, 5, 0, 1, 0, 0, 0, 0, 0, 0);
        })) {
            Lab.fails(ClientSettings.to(URI.create("https://" + host + ":8443"))
                    .trust(LAB.pki.trust())
                    .proxy(ProxySettings.socks5("127.0.0.1", proxy.port())));

            assertThat(asked).containsExactly(expected);
        }
    }

    @Test
    void anAccountIsGivenWhereItIsDemanded() throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            new FakeSocks(wire).serve(Optional.of("alice:Open Sesame"));
            wire.tunnelTo(replica.port());
        })) {
            Replicated replicated = Lab.works(settings(proxy, account("Open Sesame")));

            assertThat(Lab.all(replicated.caseFile(), SocksAnswered.class))
                    .extracting(SocksAnswered::step)
                    .containsExactly(SocksStep.METHOD, SocksStep.AUTHENTICATION, SocksStep.CONNECT);
        }
    }

    @Test
    void anAccountIsNotGivenWhereItIsNotDemanded() throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            new FakeSocks(wire).serve(Optional.empty());
            wire.tunnelTo(replica.port());
        })) {
            Replicated replicated = Lab.works(settings(proxy, account("Open Sesame")));

            assertThat(Lab.all(replicated.caseFile(), SocksAnswered.class)).noneMatch(SocksAnswered::credentialsSent);
        }
    }

    @Test
    void aRefusedAccountIsNamedAndNotShown() throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> new FakeSocks(wire).serve(Optional.of("alice:Open Sesame")))) {
            ReplicationFailed failed = Lab.fails(settings(proxy, account("Open Barley")));

            assertThat(Lab.rule(failed)).isEqualTo("tunnel.auth-required");
            assertThat(failed.verdict().confidence()).contains(CERTAIN);
            assertThat(failed).hasMessageContaining("refuses the user name and password");
            assertThat(CaseFormat.write(failed.caseFile())).doesNotContain("Barley");
        }
    }

    @Test
    void aDemandWithoutAnAccountIsNamed() throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> new FakeSocks(wire).serve(Optional.of("alice:Open Sesame")))) {
            ReplicationFailed failed = Lab.fails(settings(proxy, ProxyAuthentication.none()));

            assertThat(Lab.rule(failed)).isEqualTo("tunnel.auth-required");
            assertThat(failed).hasMessageContaining("none is configured");
        }
    }

    @Test
    void anEndOverANewAccountIsARefusal() throws IOException {
        List<String> accounts = new CopyOnWriteArrayList<>();
        try (FakeServer proxy = new FakeServer(wire -> {
                    FakeSocks socks = new FakeSocks(wire);
                    String offered = socks.methods();
                    socks.send(5, offered.contains("2") ? 2 : 255);
                    accounts.add(socks.account());
                });
                PrimaryClient client = new PrimaryClient(
                        settings(proxy, account("Open Barley")).build())) {
            ReplicationFailed failed = Lab.fails(client);

            assertThat(Lab.rule(failed)).isEqualTo("tunnel.auth-required");
            assertThat(failed.verdict().confidence()).contains(LIKELY);
            assertThat(Lab.rule(Lab.fails(client))).isEqualTo("tunnel.auth-required");
            assertThat(accounts).hasSize(1);
        }
    }

    @Test
    void aWayThatWasNotOfferedIsADemand() throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            FakeSocks socks = new FakeSocks(wire);
            socks.methods();
            socks.send(5, 2);
            wire.silence();
        })) {
            ReplicationFailed failed = Lab.fails(settings(proxy, ProxyAuthentication.none()));

            assertThat(Lab.rule(failed)).isEqualTo("tunnel.auth-required");
            assertThat(failed).hasMessageContaining("none is configured");
        }
    }

    static Stream<ProxyAuthentication> unusable() {
        return Stream.of(
                ProxyAuthentication.of(new ProxyCredentials("alice", "x".repeat(256))), ProxyAuthentication.from(() -> {
                    throw new IllegalStateException("the file is gone");
                }));
    }

    @ParameterizedTest
    @MethodSource("unusable")
    void whatCannotBeSaidIsEvidence(ProxyAuthentication authentication) throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> new FakeSocks(wire).serve(Optional.of("alice:Open Sesame")))) {
            ReplicationFailed failed = Lab.fails(settings(proxy, authentication));

            assertThat(Lab.rule(failed)).isEqualTo("tunnel.auth-required");
            assertThat(Lab.all(failed, LoginFailed.class)).hasSize(1);
        }
    }

    /** RFC 1928 section 6. */
    @ParameterizedTest(name = "reply {0}")
    @CsvSource({
        "1, tunnel.refused, LIKELY, general SOCKS server failure",
        "2, tunnel.refused, CERTAIN, not allowed by ruleset",
        "3, tunnel.upstream-failed, LIKELY, network unreachable",
        "4, tunnel.upstream-failed, LIKELY, host unreachable",
        "5, tunnel.upstream-failed, CERTAIN, connection refused",
        "6, tunnel.upstream-failed, LIKELY, TTL expired",
        "7, tunnel.refused, LIKELY, command not supported",
        "8, tunnel.refused, LIKELY, address type not supported",
        "91, tunnel.refused, LIKELY, a code that RFC 1928 does not know",
    })
    void aReplyIsNamedForWhatItIs(int code, String rule, Confidence confidence, String words) throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            FakeSocks socks = new FakeSocks(wire);
            socks.methods();
            socks.send(5, 0);
            socks.target();
            // Some leave out what follows a refusal.
            socks.send(5, code, 0);
        })) {
            ReplicationFailed failed = Lab.fails(settings(proxy, ProxyAuthentication.none()));

            assertThat(Lab.rule(failed)).isEqualTo(rule);
            assertThat(failed.verdict().confidence()).contains(confidence);
            assertThat(failed).hasMessageContaining(words);
            assertThat(Lab.last(failed, SocksAnswered.class))
                    .hasValueSatisfying(answer -> assertThat(answer.code()).isEqualTo(code));
        }
    }

    /** The address that the proxy is bound to may be of any kind, and the tunnel begins right behind it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0005\u0000\u0000\u0001\u0001\u0002\u0003\u0004\u0000P",
                "\u0005\u0000\u0000\u0003\u0003abc\u0000P",
                "\u0005\u0000\u0000\u0003\u0000\u0000P",
                "\u0005\u0000\u0000\u0004ABCDEFGHIJKLMNOP\u0000P",
            })
    void theTunnelBeginsBehindTheBoundAddress(String reply) throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            FakeSocks socks = new FakeSocks(wire);
            socks.methods();
            socks.send(5, 0);
            socks.target();
            wire.send(reply);
            wire.tunnelTo(replica.port());
        })) {
            assertThat(Lab.works(settings(proxy, ProxyAuthentication.none())).receipt())
                    .isEmpty();
        }
    }

    record Noise(String name, FailureKind kind, String rule, Conversation proxy) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Noise> noises() {
        return Stream.of(
                new Noise("an HTTP proxy", FailureKind.HTTP, "tunnel.refused", wire -> {
                    new FakeSocks(wire).methods();
                    wire.send("HTTP/1.1 400 Bad Request\r\n\r\n");
                }),
                new Noise("SOCKS 4", FailureKind.HTTP, "tunnel.refused", wire -> {
                    new FakeSocks(wire).methods();
                    wire.send("\u0000[\u0000\u0000\u0000\u0000\u0000\u0000");
                }),
                new Noise(
                        "closed at once", FailureKind.CLOSED, "tunnel.refused", wire -> new FakeSocks(wire).methods()),
                new Noise("closed within the reply", FailureKind.CLOSED, "tunnel.refused", wire -> {
                    FakeSocks socks = new FakeSocks(wire);
                    socks.methods();
                    socks.send(5, 0);
                    socks.target();
                    socks.send(5, 0, 0, 1, 127, 0);
                }),
                new Noise("an address of no kind", FailureKind.HTTP, "tunnel.refused", wire -> {
                    FakeSocks socks = new FakeSocks(wire);
                    socks.methods();
                    socks.send(5, 0);
                    socks.target();
                    socks.send(5, 0, 0, 9, 127, 0, 0, 1, 0, 80);
                }),
                new Noise("silence", FailureKind.TIMED_OUT, "tunnel.refused", Wire::silence),
                new Noise("a trickle", FailureKind.TIMED_OUT, "tunnel.upstream-failed", wire -> {
                    FakeSocks socks = new FakeSocks(wire);
                    socks.methods();
                    socks.send(5, 0);
                    socks.target();
                    wire.sendSlowly("\u0005\u0000\u0000\u0003\u00ff" + "x".repeat(257), Duration.ofMillis(50));
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("noises")
    void whatIsNoSocksIsNamedForWhatItIs(Noise noise) throws IOException {
        try (FakeServer proxy = new FakeServer(noise.proxy())) {
            ReplicationFailed failed = Lab.fails(settings(proxy, ProxyAuthentication.none())
                    .limits(new TimeLimits(Lab.LIMIT, Lab.LIMIT, TUNNEL_LIMIT, Lab.LIMIT, Lab.LIMIT, Lab.LIMIT)));

            assertThat(Lab.rule(failed)).isEqualTo(noise.rule());
            assertThat(failed.verdict().confidence()).contains(LIKELY);
            assertThat(failed.getMessage()).doesNotContain("HTTP proxy port");
            assertThat(Lab.all(failed, TunnelFailed.class))
                    .singleElement()
                    .satisfies(piece -> assertThat(piece.failure().kind()).isEqualTo(noise.kind()));
            assertThat(failed.caseFile().took()).isLessThan(TUNNEL_LIMIT.plusSeconds(2));
        }
    }

    private static ProxyAuthentication account(String password) {
        return ProxyAuthentication.of(new ProxyCredentials("alice", password));
    }

    private static ClientSettings.Builder settings(FakeServer proxy, ProxyAuthentication authentication) {
        return LAB.settings(replica.port()).proxy(new Socks5("127.0.0.1", proxy.port(), authentication));
    }
}
