package throughline.harness.cli;

import java.security.cert.X509Certificate;
import java.time.Instant;
import throughline.identity.Credentials;
import throughline.identity.CredentialsListener;
import throughline.identity.Identity;
import throughline.identity.UnusableIdentityException;

/** A line for each change of a running replica's credentials. */
final class CredentialsLines implements CredentialsListener {
    private final Terminal terminal;

    CredentialsLines(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void changed(Credentials credentials) {
        credentials
                .identity()
                .map(Identity::leaf)
                .ifPresent(leaf -> terminal.out()
                        .println("Now presents " + subject(leaf) + ", valid until "
                                + leaf.getNotAfter().toInstant()
                                + (leaf.getNotAfter().toInstant().isBefore(Instant.now())
                                        ? ", which is over: primaries will refuse it."
                                        : ".")));
        terminal.out().flush();
    }

    @Override
    public void unusable(UnusableIdentityException reason) {
        terminal.err()
                .println("throughline: goes on with the certificate, key and trust it has: " + reason.getMessage());
        terminal.err().flush();
    }

    /** Whoever wrote the certificate must not be able to break the line. */
    private static String subject(X509Certificate leaf) {
        return leaf.getSubjectX500Principal().getName().replaceAll("\\p{Cntrl}", "?");
    }
}
