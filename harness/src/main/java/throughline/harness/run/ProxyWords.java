package throughline.harness.run;

import java.net.InetSocketAddress;
import java.util.List;
import throughline.harness.middlebox.Credentials;
import throughline.harness.middlebox.Middlebox;
import throughline.harness.middlebox.MiddleboxKind.Asked;
import throughline.harness.topology.Hop;
import throughline.harness.topology.Topology;
import throughline.primary.dial.ProxyAuthentication;
import throughline.primary.dial.ProxyCredentials;
import throughline.primary.dial.ProxySettings;
import throughline.primary.dial.ProxyTls;

/** What the primary is told of the boxes at the front. */
final class ProxyWords {
    private ProxyWords() {}

    static ProxySettings of(Topology topology, List<Middlebox> boxes, LabKeys keys) {
        if (!topology.explicit()) {
            return ProxySettings.direct();
        }
        ProxySettings.Hop first = one(topology.hops().get(0), boxes.get(0).address(), keys);
        boolean chain = topology.hops().size() > 1 && topology.hops().get(1).explicit();
        return chain
                ? new ProxySettings.Chain(
                        first, one(topology.hops().get(1), boxes.get(1).address(), keys))
                : first;
    }

    private static ProxySettings.Hop one(Hop hop, InetSocketAddress box, LabKeys keys) {
        String host = box.getAddress().getHostAddress();
        if (hop instanceof Hop.Real real) {
            ProxySettings.Hop told = (ProxySettings.Hop)
                    (real.box().kind().asked() == Asked.SOCKS
                            ? ProxySettings.socks5(host, box.getPort())
                            : ProxySettings.httpConnect(host, box.getPort()));
            return told.as(authentication(real.login(), LabKeys.REAL_LOGIN));
        }
        if (!(hop instanceof Hop.Tunnel tunnel)) {
            return (ProxySettings.Hop) ProxySettings.httpConnect(host, box.getPort());
        }
        ProxySettings told =
                switch (tunnel.language()) {
                    case CONNECT -> ProxySettings.httpConnect(host, box.getPort());
                    case CONNECT_IN_TLS ->
                        ProxySettings.httpsConnect(
                                LabKeys.PROXY,
                                box.getPort(),
                                ProxyTls.trusting(keys.pki().trust()));
                    case SOCKS -> ProxySettings.socks5(host, box.getPort());
                };
        return ((ProxySettings.Hop) told).as(authentication(tunnel.login(), LabKeys.LOGIN));
    }

    private static ProxyAuthentication authentication(Hop.Login login, Credentials right) {
        String user = right.user();
        return switch (login) {
            case NONE -> ProxyAuthentication.none();
            case BASIC, DIGEST -> ProxyAuthentication.of(new ProxyCredentials(user, right.password()));
            case BASIC_WRONG, DIGEST_WRONG -> ProxyAuthentication.of(new ProxyCredentials(user, "close sesame"));
        };
    }
}
