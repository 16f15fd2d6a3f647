package throughline.harness.run;

import java.time.InstantSource;
import java.util.List;
import throughline.certs.CertificateAuthority;
import throughline.certs.TestPki;
import throughline.harness.middlebox.Credentials;
import throughline.harness.middlebox.persona.Personas;
import throughline.harness.topology.Hop;
import throughline.harness.topology.Topology;
import throughline.identity.Identity;
import throughline.identity.Trust;
import throughline.identity.UnusableIdentityException;

/**
 * Who has which keys in a testbed.
 *
 * @param server the replica's identity, good or flawed
 * @param inspector the authority of an inspecting proxy
 */
record LabKeys(TestPki pki, Identity server, CertificateAuthority inspector) {
    /** A forward proxy's name, where it has a certificate. */
    static final String PROXY = "proxy.test";

    /** What a forward proxy accepts. */
    static final Credentials LOGIN = new Credentials("primary", "open sesame");

    /** With an authority of the name that a persona on the way gives its own. */
    static LabKeys of(TestPki pki, Identity server, Topology topology) {
        CertificateAuthority inspector = topology.hops().stream()
                .filter(Hop.Persona.class::isInstance)
                .map(hop -> Personas.find(((Hop.Persona) hop).name()).orElseThrow())
                .findFirst()
                .map(persona -> persona.authority(InstantSource.system()))
                .orElseGet(pki::inspector);
        return new LabKeys(pki, server, inspector);
    }

    /** What an administrator sets up for inspection: in the lab's root and in the inspector's. */
    Trust trustWithInspector() {
        try {
            return Trust.of(List.of(pki.root().certificate(), inspector.certificate()));
        } catch (UnusableIdentityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    Identity proxy() {
        return pki.server(PROXY);
    }

    /** What a box presents that has an account at the replica. */
    Identity box() {
        return pki.client("box.test");
    }
}
