package throughline.harness.run;

import throughline.harness.middlebox.Inspector;
import throughline.harness.middlebox.InspectorMode;
import throughline.harness.middlebox.InspectorSettings;
import throughline.harness.middlebox.Listening;
import throughline.harness.middlebox.Middlebox;
import throughline.harness.middlebox.Relay;
import throughline.harness.middlebox.RelaySettings;
import throughline.harness.middlebox.Routes;
import throughline.harness.middlebox.SocksSettings;
import throughline.harness.middlebox.SocksTunnel;
import throughline.harness.middlebox.Tunnel;
import throughline.harness.middlebox.TunnelSettings;
import throughline.harness.middlebox.persona.Persona;
import throughline.harness.middlebox.persona.Personas;
import throughline.harness.topology.Hop;

/** Opens a box that a persona sets up. */
record PersonaBox(LabKeys keys, Routes routes) {

    Middlebox open(Hop.Persona hop) {
        Persona persona = Personas.find(hop.name()).orElseThrow();
        Listening listening = Listening.onLoopback().with(persona.adversities());
        return switch (persona.box()) {
            case RELAY -> Relay.open(RelaySettings.byServerName(routes), listening);
            case TUNNEL -> Tunnel.open(TunnelSettings.builder(routes).build(), listening);
            case SOCKS_TUNNEL -> SocksTunnel.open(SocksSettings.open(routes), listening);
            case INSPECTOR -> Inspector.open(inspector(persona, hop, InspectorMode.EXPLICIT), listening);
            case TRANSPARENT_INSPECTOR -> Inspector.open(inspector(persona, hop, InspectorMode.TRANSPARENT), listening);
            case LOAD_BALANCER -> throw new IllegalStateException(hop.name() + " is a load balancer");
        };
    }

    private InspectorSettings inspector(Persona persona, Hop.Persona hop, InspectorMode mode) {
        InspectorSettings.Builder settings = persona.setUp(InspectorSettings.builder(
                        routes, keys.inspector(), keys.pki().trust()))
                .mode(mode);
        return (hop.replicaExempt() ? settings.exempt(Testbed.REPLICA) : settings).build();
    }
}
