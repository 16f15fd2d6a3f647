package throughline.harness.run;

import throughline.certs.TestPki;
import throughline.harness.middlebox.ProxyAccount;
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
    static final ProxyAccount LOGIN = new ProxyAccount("primary", "open sesame");

    Identity proxy() {
        return pki.server(PROXY);
    }

    /** What a box presents that has an account at the replica. */
    Identity box() {
        return pki.client("box.test");
    }
}
