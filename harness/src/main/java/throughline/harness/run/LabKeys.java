package throughline.harness.run;

import java.net.InetSocketAddress;
import throughline.certs.TestPki;
import throughline.harness.middlebox.Credentials;
import throughline.harness.middlebox.external.RealSettings;
import throughline.identity.Identity;

/**
 * Who has which keys in a testbed.
 *
 * @param server the replica's identity, good or flawed
 */
record LabKeys(TestPki pki, Identity server) {
    /** A forward proxy's name, where it has a certificate. */
    static final String PROXY = "proxy.test";

    /** What a forward proxy accepts. */
    static final Credentials LOGIN = new Credentials("primary", "open sesame");

    /** The same for real products, some of which take no blanks. */
    static final Credentials REAL_LOGIN = new Credentials("primary", "sesame");

    Identity proxy() {
        return pki.server(PROXY);
    }

    /** What a box presents that has an account at the replica. */
    Identity box() {
        return pki.client("box.test");
    }

    /** What a real box is told; its name for the replica leads to this address. */
    RealSettings settings(InetSocketAddress behind) {
        return RealSettings.onLoopback(
                Testbed.REPLICA, behind, REAL_LOGIN, pki.inspector(), pki.trust(), server, box());
    }
}
