package throughline.harness.middlebox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class AccessListTest {
    @ParameterizedTest
    @CsvSource({
        "replica.test,     replica.test,            false",
        "Replica.TEST,     replica.test,            false",
        "replica.test,     REPLICA.test,            false",
        // RFC 1034, 3.1: a dot at the end makes no other name.
        "replica.test,     replica.test.,           false",
        "replica.test.,    replica.test,            false",
        "replica.test,     replica.test..,          true",
        "replica.test,     other.replica.test,      true",
        "replica.test,     xreplica.test,           true",
        "replica.test,     replica.test.evil.test,  true",
        "127.0.0.1,        127.0.0.1,               false",
        "127.0.0.1,        127.0.0.2,               true",
        // RFC 4291, 2.2 and 2.5.5.2: one address has many spellings, and may be an IPv4 one.
        "::1,              0:0:0:0:0:0:0:1,         false",
        "2001:DB8::A,      2001:db8:0:0::000a,      false",
        "127.0.0.1,        ::ffff:127.0.0.1,        false",
        "127.0.0.1,        ::ffff:7f00:1,           false",
        "::1,              ::2,                     true",
        "::1,              1:2:3,                   true",
    })
    void aDeniedHostIsDeniedHoweverItIsWritten(String denied, String asked, boolean permitted) {
        assertThat(new AccessList(Set.of(), Set.of(denied)).permits(asked)).isEqualTo(permitted);
        // The other way round: what is the same host is on the list of those that are allowed.
        assertThat(new AccessList(Set.of(denied), Set.of()).permits(asked)).isEqualTo(!permitted);
    }

    @Test
    void whatIsDeniedIsDeniedEvenIfItIsAllowed() {
        AccessList list = new AccessList(Set.of("a.test", "b.test"), Set.of("b.test"));

        assertThat(list.permits("a.test")).isTrue();
        assertThat(list.permits("b.test")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"replica.test.:443, 403", "REPLICA.test:8443, 403", "[::ffff:127.0.0.1]:443, 403", "other.test:443, 200"
    })
    void aTunnelGoesByItsListsWhateverThePort(String authority, int status) throws IOException {
        try (PlainServer echo = PlainServer.echo();
                Tunnel tunnel = Tunnel.open(TunnelSettings.builder(Routes.to("other.test", echo.address()))
                        .deny("replica.test")
                        .deny("127.0.0.1")
                        .build());
                TestClient client = TestClient.of(tunnel.address())) {
            client.send("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n");

            assertThat(client.readHead()).startsWith("HTTP/1.1 " + status + " ");
        }
    }

    @Test
    void whoIsNotOnTheListOfThoseAllowedGets403() throws IOException {
        try (PlainServer echo = PlainServer.echo();
                Tunnel tunnel = Tunnel.open(TunnelSettings.builder(Routes.to("replica.test", echo.address()))
                        .allow("other.test")
                        .build());
                TestClient client = TestClient.of(tunnel.address())) {
            client.send("CONNECT replica.test:443 HTTP/1.1\r\nHost: replica.test:443\r\n\r\n");

            assertThat(client.readAnswer().statusLine()).isEqualTo("HTTP/1.1 403 Forbidden");
            assertThat(echo.peerPorts()).isEmpty();
        }
    }

    @Test
    void aNameWithADotAtItsEndLeadsWhereTheNameLeads() throws IOException {
        try (PlainServer echo = PlainServer.echo();
                Tunnel tunnel = Tunnel.open(TunnelSettings.builder(Routes.to("replica.test", echo.address()))
                        .build());
                TestClient client = TestClient.of(tunnel.address())) {
            client.send("CONNECT replica.test.:443 HTTP/1.1\r\nHost: replica.test.:443\r\n\r\n");

            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
        }
    }
}
