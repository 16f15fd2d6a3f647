package throughline.primary.dial;

import java.util.Optional;

/** How the primary gets out: what it is told, not what stands in between. */
public sealed interface ProxySettings {

    /** No proxy: the replica's own address is connected. */
    record Direct() implements ProxySettings {}

    /**
     * An HTTP proxy that is asked for a tunnel with CONNECT (RFC 9110 section 9.3.6). The proxy resolves the replica's name.
     *
     * @param credentials sent only after the proxy has demanded them with 407
     */
    record HttpConnect(String host, int port, Optional<ProxyCredentials> credentials) implements ProxySettings {
        public HttpConnect {
            if (host.isBlank() || port < 1 || port > 65535) {
                throw new IllegalArgumentException(
                        "proxy " + host + ":" + port + "; accepted are a host and a port from 1 to 65535");
            }
        }
    }

    static ProxySettings direct() {
        return new Direct();
    }

    static ProxySettings httpConnect(String host, int port) {
        return new HttpConnect(host, port, Optional.empty());
    }

    /** Host and port as they stand in evidence; absent for a direct connection. */
    default Optional<String> address() {
        return this instanceof HttpConnect proxy ? Optional.of(proxy.host() + ":" + proxy.port()) : Optional.empty();
    }

    /** A text that came from outside, without the credentials that a proxy was sent and may reflect. */
    default String conceal(String text) {
        return this instanceof HttpConnect proxy
                ? proxy.credentials().map(pair -> pair.conceal(text)).orElse(text)
                : text;
    }
}
