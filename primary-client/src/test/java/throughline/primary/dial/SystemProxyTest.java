package throughline.primary.dial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SystemProxyTest {
    private static final InetSocketAddress PROXY = InetSocketAddress.createUnresolved("proxy.test", 3128);

    /** Answers with these, and remembers what it was asked. */
    private static final class Selecting extends ProxySelector {
        private final List<Proxy> answer;
        private final List<URI> asked = new ArrayList<>();

        Selecting(Proxy... answer) {
            this.answer = List.of(answer);
        }

        @Override
        public List<Proxy> select(URI uri) {
            asked.add(uri);
            return answer;
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
    }

    @ParameterizedTest
    @CsvSource({"HTTP, proxy.test:3128", "SOCKS, socks5h://proxy.test:3128"})
    void whatTheSelectorNamesIsTaken(Proxy.Type type, String expected) {
        Selecting selector = new Selecting(new Proxy(type, PROXY));

        assertThat(SystemProxy.settings(selector, "2001:db8::1", 8443).address())
                .contains(expected);
        assertThat(selector.asked).containsExactly(URI.create("https://[2001:db8::1]:8443"));
    }

    @Test
    void severalWaysStayInTheirOrder() {
        Selecting selector =
                new Selecting(new Proxy(Proxy.Type.HTTP, PROXY), new Proxy(Proxy.Type.SOCKS, PROXY), Proxy.NO_PROXY);

        assertThat(SystemProxy.settings(selector, "host.test", 443).address())
                .contains("proxy.test:3128 or socks5h://proxy.test:3128 or direct");
    }

    @Test
    void aDirectWayIsDirect() {
        assertThat(SystemProxy.settings(new Selecting(Proxy.NO_PROXY), "host.test", 443))
                .isEqualTo(ProxySettings.direct());
        assertThat(SystemProxy.settings(new Selecting(), "host.test", 443)).isEqualTo(ProxySettings.direct());
    }
}
