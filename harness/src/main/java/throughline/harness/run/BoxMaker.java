package throughline.harness.run;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import throughline.harness.middlebox.Adversity;
import throughline.harness.middlebox.Inspector;
import throughline.harness.middlebox.InspectorHttp;
import throughline.harness.middlebox.InspectorMode;
import throughline.harness.middlebox.InspectorSettings;
import throughline.harness.middlebox.Listening;
import throughline.harness.middlebox.LoadBalancer;
import throughline.harness.middlebox.LoadBalancerSettings;
import throughline.harness.middlebox.LoginScheme;
import throughline.harness.middlebox.Middlebox;
import throughline.harness.middlebox.Relay;
import throughline.harness.middlebox.RelaySettings;
import throughline.harness.middlebox.Routes;
import throughline.harness.middlebox.SocksSettings;
import throughline.harness.middlebox.SocksTunnel;
import throughline.harness.middlebox.Tunnel;
import throughline.harness.middlebox.TunnelSettings;
import throughline.harness.middlebox.external.RealBoxes;
import throughline.harness.topology.Hop;

/** Opens a box as a hop describes it. */
record BoxMaker(LabKeys keys, Routes routes, InetSocketAddress next, Listening listening) {

    Middlebox open(Hop hop) {
        if (hop instanceof Hop.Relay relay) {
            return relay(relay);
        }
        if (hop instanceof Hop.Inspector inspector) {
            return inspector(inspector);
        }
        if (hop instanceof Hop.Tunnel tunnel) {
            return tunnel.language() == Hop.Language.SOCKS ? socks(tunnel) : tunnel(tunnel);
        }
        if (hop instanceof Hop.Persona persona) {
            return new PersonaBox(keys, routes).open(persona);
        }
        if (hop instanceof Hop.Real real) {
            return RealBoxes.open(
                    real.box(),
                    keys.settings(next).run(List.of(), listening.address().getAddress()));
        }
        return LoadBalancer.open(
                new LoadBalancerSettings(
                        routes,
                        Testbed.REPLICA,
                        keys.server(),
                        Optional.empty(),
                        keys.pki().trust()),
                listening);
    }

    private Middlebox relay(Hop.Relay relay) {
        return Relay.open(
                RelaySettings.byServerName(routes),
                relay.portal() ? listening.with(new Adversity.AnswerPage(200)) : listening);
    }

    private Middlebox tunnel(Hop.Tunnel tunnel) {
        TunnelSettings.Builder settings = TunnelSettings.builder(routes);
        switch (tunnel.login()) {
            case NONE -> {}
            case BASIC, BASIC_WRONG -> settings.credentials(LabKeys.LOGIN);
            case DIGEST, DIGEST_WRONG ->
                settings.credentials(LabKeys.LOGIN).schemes(LoginScheme.DIGEST_SHA_256, LoginScheme.DIGEST_MD5);
        }
        if (tunnel.language() == Hop.Language.CONNECT_IN_TLS) {
            settings.tls(keys.proxy());
        }
        return Tunnel.open(settings.build(), listening);
    }

    private Middlebox socks(Hop.Tunnel tunnel) {
        SocksSettings open = SocksSettings.open(routes);
        return SocksTunnel.open(tunnel.login() == Hop.Login.NONE ? open : open.credentials(LabKeys.LOGIN), listening);
    }

    private Middlebox inspector(Hop.Inspector hop) {
        InspectorSettings.Builder settings = InspectorSettings.builder(
                        routes, keys.inspector(), keys.pki().trust())
                .mode(hop.explicit() ? InspectorMode.EXPLICIT : InspectorMode.TRANSPARENT)
                .http(hop.http2() ? InspectorHttp.AS_CLIENT : InspectorHttp.HTTP_1_1);
        switch (hop.whenDemanded()) {
            case PRESENT_OWN -> settings.presentOwn(keys.box());
            case ESCROW -> settings.escrow(keys.server(), keys.box());
            case ANSWER_502, REFUSE_CONNECT, DROP, RESET, HANG, GO_ON_WITHOUT, STEP_ASIDE ->
                settings.whenClientCertificateDemanded(hop.whenDemanded());
        }
        if (hop.forwardsHello()) {
            settings.forwardHello();
        }
        return Inspector.open((hop.replicaExempt() ? settings.exempt(Testbed.REPLICA) : settings).build(), listening);
    }
}
