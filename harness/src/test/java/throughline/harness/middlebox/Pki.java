package throughline.harness.middlebox;

import java.time.InstantSource;
import java.util.List;
import throughline.certs.TestPki;
import throughline.identity.Identity;
import throughline.identity.Trust;
import throughline.identity.UnusableIdentityException;

/** The certificates of these tests: one authority for primary and replica, another one in the inspecting proxy. */
final class Pki {
    static final TestPki LABORATORY = TestPki.create(InstantSource.system());
    static final Identity REPLICA = LABORATORY.server("replica.test");
    static final Identity PRIMARY = LABORATORY.client("primary.test");

    private Pki() {}

    static Trust laboratory() {
        return LABORATORY.trust();
    }

    /** In the inspecting proxy's authority alone. */
    static Trust inspection() {
        try {
            return Trust.of(List.of(LABORATORY.inspector().certificate()));
        } catch (UnusableIdentityException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
