package throughline.primary;

import java.util.List;
import javax.security.auth.x500.X500Principal;
import throughline.identity.Credentials;
import throughline.primary.evidence.CertificateFacts;
import throughline.primary.evidence.Setup;

/** Settings as a case file keeps them: without keys, passwords and addresses that nobody needs. */
final class SetupFacts {
    private static final int MOST_ANCHORS = 20;

    private SetupFacts() {}

    static Setup of(ClientSettings settings, Credentials credentials) {
        return new Setup(
                settings.host(),
                settings.port(),
                settings.proxy().address(),
                settings.proxy().hasCredentials(),
                credentials.identity().map(identity -> CertificateFacts.of(identity.leaf())),
                credentials.trust().anchors().stream()
                        .limit(MOST_ANCHORS)
                        .map(anchor -> anchor.getSubjectX500Principal().getName(X500Principal.RFC2253))
                        .toList(),
                settings.expectedReplica().pins().stream().sorted().toList(),
                settings.tlsVersions(),
                settings.http2() ? List.of("h2", "http/1.1") : List.of("http/1.1"),
                Runtime.version().toString());
    }
}
