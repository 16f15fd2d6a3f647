package throughline.primary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static throughline.primary.diagnosis.Confidence.CERTAIN;
import static throughline.primary.diagnosis.Confidence.LIKELY;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.primary.FakeServer.Conversation;
import throughline.primary.dial.ProxyCredentials;
import throughline.primary.dial.ProxySettings.HttpConnect;
import throughline.primary.dial.TimeLimits;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.PathEvidence.CredentialsWithheld;
import throughline.primary.evidence.PathEvidence.TunnelAnswered;
import throughline.primary.evidence.PathEvidence.TunnelFailed;
import throughline.replica.Replica;

/** Basic authentication at a proxy (RFC 7617), over every way in which a 407 can end. */
class ProxyAuthenticationTest {
    private static final Lab LAB = new Lab();

    /** printf 'alice:Open Sesame' | base64 */
    private static final String RIGHT = "Proxy-Authorization: Basic YWxpY2U6T3BlbiBTZXNhbWU=";

    private static Replica replica;

    @BeforeAll
    static void open(@TempDir Path store) throws IOException {
        replica = LAB.startReplica(store);
    }

    @AfterAll
    static void close() {
        replica.close();
    }

    /** How a proxy ends a 407, and whether the next request can follow on the same connection (RFC 9112 section 9.3). */
    private enum Demand {
        LENGTH(true, "HTTP/1.1 407 Who\r\n#Content-Length: 4\r\n\r\nwho?", After.READS_ON),
        EMPTY(true, "HTTP/1.1 407 Who\r\n#Content-Length: 0\r\n\r\n", After.READS_ON),
        LONG(true, "HTTP/1.1 407 Who\r\n#Content-Length: 300000\r\n\r\n" + "who?".repeat(75_000), After.READS_ON),
        CHUNKED(
                true,
                "HTTP/1.1 407 Who\r\n#Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nwho\r\n1\r\n?\r\n0\r\n\r\n",
                After.READS_ON),
        CHUNKED_WITH_TRAILERS(
                true,
                "HTTP/1.1 407 Who\r\n#Transfer-Encoding: chunked\r\n\r\n4\r\nwho?\r\n0\r\nDate: now\r\nVia: x\r\n\r\n",
                After.READS_ON),
        KEPT_BY_HTTP_1_0(
                true, "HTTP/1.0 407 Who\r\n#Proxy-Connection: Keep-Alive\r\nContent-Length: 0\r\n\r\n", After.READS_ON),
        NO_LENGTH_AND_CLOSED(false, "HTTP/1.1 407 Who\r\n#\r\nwho?", After.CLOSES),
        NO_LENGTH_AND_KEPT_OPEN(false, "HTTP/1.1 407 Who\r\n#\r\nwho?", After.STALLS),
        NOTHING_AND_CLOSED(false, "HTTP/1.1 407 Who\r\n#\r\n", After.CLOSES),
        CONNECTION_CLOSE(false, "HTTP/1.1 407 Who\r\n#Connection: close\r\nContent-Length: 0\r\n\r\n", After.CLOSES),
        PROXY_CONNECTION_CLOSE(
                false, "HTTP/1.1 407 Who\r\n#Proxy-Connection: Close\r\nContent-Length: 0\r\n\r\n", After.CLOSES),
        HTTP_1_0(false, "HTTP/1.0 407 Who\r\n#\r\nwho?", After.CLOSES),
        /** The credentials have arrived by then: that is how some say no. */
        CLOSED_UNANNOUNCED(false, "HTTP/1.1 407 Who\r\n#Content-Length: 0\r\n\r\n", After.ENDS),
        RESET_UNANNOUNCED(false, "HTTP/1.1 407 Who\r\n#Content-Length: 0\r\n\r\n", After.RESETS);

        private enum After {
            READS_ON,
            CLOSES,
            ENDS,
            RESETS,
            STALLS
        }

        final boolean sameConnection;
        private final String answer;
        private final After after;

        Demand(boolean sameConnection, String answer, After after) {
            this.sameConnection = sameConnection;
            this.answer = answer;
            this.after = after;
        }

        /** False when this was the last request on the connection. */
        boolean make(Wire wire, String challenge) throws IOException {
            wire.send(answer.replace("#", challenge));
            switch (after) {
                case STALLS -> wire.silence();
                case RESETS -> {
                    // The next request has arrived and is not read: so its answer is a reset.
                    wire.head();
                    wire.reset();
                }
                case ENDS -> wire.head();
                case READS_ON, CLOSES -> {}
            }
            return after == After.READS_ON;
        }
    }

    private static Conversation proxy(Demand demand, String challenge) {
        return wire -> {
            while (true) {
                if (wire.head().contains(RIGHT + "\r\n")) {
                    wire.send("HTTP/1.1 200 OK\r\n\r\n");
                    wire.tunnelTo(replica.port());
                    return;
                }
                if (!demand.make(wire, challenge)) {
                    return;
                }
            }
        };
    }

    private static final String BASIC = "Proxy-Authenticate: Basic realm=\"box\"\r\n";

    @ParameterizedTest
    @EnumSource(value = Demand.class, mode = EnumSource.Mode.MATCH_NONE, names = ".*_UNANNOUNCED")
    void rightCredentialsOpenTheTunnel(Demand demand) throws IOException {
        try (FakeServer proxy = new FakeServer(proxy(demand, BASIC))) {
            Replicated replicated = Lab.works(settings(proxy, "Open Sesame"));

            List<TunnelAnswered> answers = Lab.all(replicated.caseFile(), TunnelAnswered.class);
            assertThat(answers).extracting(TunnelAnswered::status).containsExactly(407, 200);
            assertThat(answers).extracting(TunnelAnswered::credentialsSent).containsExactly(false, true);
            assertThat(proxy.accepted()).isEqualTo(demand.sameConnection ? 1 : 2);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Demand.class, mode = EnumSource.Mode.MATCH_NONE, names = ".*_UNANNOUNCED")
    void wrongCredentialsAreSentOnceAndNamed(Demand demand) throws IOException {
        List<String> requests = new CopyOnWriteArrayList<>();
        try (FakeServer proxy = new FakeServer(wire -> {
            do {
                requests.add(wire.head());
            } while (demand.make(wire, BASIC));
        })) {
            ReplicationFailed failed = Lab.fails(settings(proxy, "Open Barley"));

            assertThat(Lab.rule(failed)).isEqualTo("tunnel.auth-required");
            assertThat(failed.verdict().confidence()).contains(CERTAIN);
            assertThat(failed).hasMessageContaining("refuses the credentials");
            assertThat(Lab.all(failed, TunnelAnswered.class))
                    .extracting(TunnelAnswered::credentialsSent)
                    .containsExactly(false, true);
            assertThat(requests)
                    .extracting(request -> request.contains("Proxy-Authorization"))
                    .containsExactly(false, true);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Demand.class, mode = EnumSource.Mode.MATCH_NONE, names = ".*_UNANNOUNCED")
    void withoutCredentialsNothingIsSentAgain(Demand demand) throws IOException {
        try (FakeServer proxy = new FakeServer(proxy(demand, BASIC))) {
            ReplicationFailed failed = Lab.fails(LAB.settingsThrough(proxy.port(), replica.port()));

            assertThat(Lab.rule(failed)).isEqualTo("tunnel.auth-required");
            assertThat(failed).hasMessageContaining("none are configured");
            assertThat(Lab.all(failed, TunnelAnswered.class)).hasSize(1);
            assertThat(proxy.accepted()).isEqualTo(1);
        }
    }

    /** RFC 9110 section 11.6.1: names of schemes know no case, and one header may hold several challenges. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Proxy-Authenticate: basic realm=\"box\"\r\n",
                "proxy-authenticate: BASIC\r\n",
                "Proxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\nProxy-Authenticate: Basic realm=\"b\"\r\n",
                "Proxy-Authenticate: Negotiate, NTLM, Basic realm=\"box\"\r\n",
                "Proxy-Authenticate: Digest realm=\"a, b\", nonce=\"x\", algorithm=X,basic realm=\"box\"\r\n",
            })
    void basicIsFoundAmongTheChallenges(String challenge) throws IOException {
        try (FakeServer proxy = new FakeServer(proxy(Demand.LENGTH, challenge))) {
            assertThat(Lab.works(settings(proxy, "Open Sesame")).receipt()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Proxy-Authenticate: NTLM\r\n",
                "Proxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n",
                "Proxy-Authenticate: Digest realm=\"Basic\", nonce=\"x\", algorithm=X\r\n",
                "Proxy-Authenticate: BasicPlus realm=\"box\"\r\n",
                "",
            })
    void credentialsAreNotSentWhereBasicIsNotOffered(String challenge) throws IOException {
        List<String> requests = new CopyOnWriteArrayList<>();
        try (FakeServer proxy = new FakeServer(wire -> {
            do {
                requests.add(wire.head());
            } while (Demand.LENGTH.make(wire, challenge));
        })) {
            ReplicationFailed failed = Lab.fails(settings(proxy, "Open Sesame"));

            assertThat(Lab.rule(failed)).isEqualTo("tunnel.auth-required");
            assertThat(failed).hasMessageContaining("do not fit what it offers");
            assertThat(requests).singleElement().asString().doesNotContain("Proxy-Authorization");
        }
    }

    static Stream<String> laterRefusals() {
        return Stream.of("403 tunnel.refused", "502 tunnel.upstream-failed", "407 tunnel.auth-required");
    }

    @ParameterizedTest
    @MethodSource("laterRefusals")
    void whatFollowsAuthenticationDecides(String expected) throws IOException {
        String status = expected.substring(0, 3);
        try (FakeServer proxy = new FakeServer(wire -> {
            wire.head();
            Demand.LENGTH.make(wire, BASIC);
            wire.head();
            wire.send("HTTP/1.1 " + status + " No\r\nContent-Length: 0\r\n\r\n");
        })) {
            ReplicationFailed failed = Lab.fails(settings(proxy, "Open Sesame"));

            assertThat(Lab.rule(failed)).isEqualTo(expected.substring(4));
        }
    }

    /** As printf 'älice:pässwörd' | base64 has it, in UTF-8. */
    @Test
    void credentialsAreSentInUtf8() throws IOException {
        List<String> requests = new CopyOnWriteArrayList<>();
        try (FakeServer proxy = new FakeServer(wire -> {
            do {
                requests.add(wire.head());
            } while (Demand.LENGTH.make(wire, BASIC));
        })) {
            Lab.fails(LAB.settings(replica.port())
                    .proxy(new HttpConnect(
                            "127.0.0.1",
                            proxy.port(),
                            Optional.of(new ProxyCredentials("\u00e4lice", "p\u00e4ssw\u00f6rd")))));

            assertThat(requests.get(1)).contains("Proxy-Authorization: Basic w6RsaWNlOnDDpHNzd8O2cmQ=\r\n");
        }
    }

    @Test
    void allAttemptsAtAuthenticationShareOneLimit() throws IOException {
        Duration limit = Duration.ofMillis(900);
        try (FakeServer proxy = new FakeServer(wire -> {
            wire.head();
            wire.send("HTTP/1.1 407 Who\r\n" + BASIC + "Content-Length: 0\r\n\r\n");
            wire.head();
            wire.silence();
        })) {
            ReplicationFailed failed = Lab.fails(settings(proxy, "Open Sesame")
                    .limits(new TimeLimits(Lab.LIMIT, Lab.LIMIT, limit, Lab.LIMIT, Lab.LIMIT, Lab.LIMIT)));

            assertThat(Lab.rule(failed)).isEqualTo("tunnel.upstream-failed");
            assertThat(Lab.last(failed, TunnelFailed.class)).hasValueSatisfying(piece -> {
                assertThat(piece.failure().kind()).isEqualTo(FailureKind.TIMED_OUT);
                assertThat(piece.received()).isEmpty();
            });
            assertThat(failed.caseFile().took()).isBetween(limit, limit.plusSeconds(2));
        }
    }

    /** The body of a 407 is not waited for longer than a second; the answer to the credentials is. */
    @Test
    void theAnswerToCredentialsHasTheWholeLimit() throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            wire.head();
            Demand.LENGTH.make(wire, BASIC);
            wire.head();
            wire.socket().setSoTimeout(1_500);
            assertThatThrownBy(() -> wire.socket().getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            wire.socket().setSoTimeout(0);
            wire.send("HTTP/1.1 200 OK\r\n\r\n");
            wire.tunnelTo(replica.port());
        })) {
            assertThat(Lab.works(settings(proxy, "Open Sesame")).receipt()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(value = Demand.class, mode = EnumSource.Mode.MATCH_ALL, names = ".*_UNANNOUNCED")
    void anEndOverNewCredentialsIsARefusal(Demand demand) throws IOException {
        AtomicInteger connections = new AtomicInteger();
        try (FakeServer proxy = new FakeServer(wire -> {
            connections.incrementAndGet();
            wire.head();
            demand.make(wire, BASIC);
        })) {
            try (PrimaryClient client =
                    new PrimaryClient(settings(proxy, "Open Barley").build())) {
                ReplicationFailed failed = Lab.fails(client);

                assertThat(Lab.rule(failed)).isEqualTo("tunnel.auth-required");
                assertThat(failed.verdict().confidence()).contains(LIKELY);
                assertThat(failed).hasMessageContaining("most likely it refuses the credentials");
                assertThat(connections).hasValue(1);
                assertThat(Lab.all(Lab.fails(client), CredentialsWithheld.class))
                        .hasSize(1);
            }
        }
    }

    private static ClientSettings.Builder settings(FakeServer proxy, String password) {
        return LAB.settings(replica.port())
                .proxy(new HttpConnect(
                        "127.0.0.1", proxy.port(), Optional.of(new ProxyCredentials("alice", password))));
    }
}
