package throughline.certs;

import java.time.InstantSource;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;
import throughline.identity.Identity;
import throughline.identity.Trust;
import throughline.identity.UnusableIdentityException;

/**
 * The certificates of one lab: a root that both ends trust, good and flawed leaves below it, and an inspecting proxy's
 * authority that nobody trusts unless asked to. Every one is fresh: two labs do not trust each other. Thread-safe.
 */
public final class TestPki {
    private static final X500Principal INSPECTOR =
            new X500Principal("CN=Acme TLS Inspection CA, O=Acme Security Appliance");

    private final InstantSource clock;
    private final CertificateAuthority root;
    private final CertificateAuthority issuing;

    /** Most labs need neither, and a key pair takes time. */
    private @Nullable CertificateAuthority inspector;

    private @Nullable CertificateAuthority stranger;

    private TestPki(InstantSource clock, CertificateAuthority root, CertificateAuthority issuing) {
        this.clock = clock;
        this.root = root;
        this.issuing = issuing;
    }

    /** Leaves come from the root. Validity is by this clock, at the time when each is made. */
    public static TestPki create(InstantSource clock) {
        CertificateAuthority root = root(clock);
        return new TestPki(clock, root, root);
    }

    /** Leaves come from an intermediate authority, whose certificate their chains bring along. */
    public static TestPki withIntermediate(InstantSource clock) {
        CertificateAuthority root = root(clock);
        return new TestPki(clock, root, root.intermediate("Throughline Test Intermediate"));
    }

    /** In the lab's root alone. */
    public Trust trust() {
        return trust(List.of(root));
    }

    /** What an administrator sets up for inspection: in the lab's root and in the inspector's. */
    public Trust trustWithInspector() {
        return trust(List.of(root, inspector()));
    }

    /**
     * A good server's identity.
     *
     * @param dnsName or an IP address, which then is an alternative name of that kind
     */
    public Identity server(String dnsName) {
        return issuing.issue(LeafRequest.server(dnsName));
    }

    public Identity server(String dnsName, Flaw flaw) {
        return flawed(LeafRequest.server(dnsName), flaw);
    }

    /**
     * A good client's identity.
     *
     * @param dnsName or an IP address, which then is an alternative name of that kind
     */
    public Identity client(String dnsName) {
        return issuing.issue(LeafRequest.client(dnsName));
    }

    public Identity client(String dnsName, Flaw flaw) {
        return flawed(LeafRequest.client(dnsName), flaw);
    }

    public CertificateAuthority root() {
        return root;
    }

    /** Who issues the leaves: the root, or the intermediate where there is one. */
    public CertificateAuthority issuing() {
        return issuing;
    }

    /** Not below the root; the same one each time. */
    public synchronized CertificateAuthority inspector() {
        if (inspector == null) {
            inspector = CertificateAuthority.root(INSPECTOR, clock);
        }
        return inspector;
    }

    private synchronized CertificateAuthority stranger() {
        if (stranger == null) {
            stranger = CertificateAuthority.root("Unknown Test Root", clock);
        }
        return stranger;
    }

    private Identity flawed(LeafRequest good, Flaw flaw) {
        Flaw.Recipe recipe = flaw.spoil(new Flaw.Recipe(issuing, this::stranger, good));
        return recipe.issuer().issue(recipe.request());
    }

    private static CertificateAuthority root(InstantSource clock) {
        return CertificateAuthority.root("Throughline Test Root", clock);
    }

    private static Trust trust(List<CertificateAuthority> authorities) {
        try {
            return Trust.of(
                    authorities.stream().map(CertificateAuthority::certificate).toList());
        } catch (UnusableIdentityException impossible) {
            throw new IllegalStateException("The lab's own root is not usable.", impossible);
        }
    }
}
