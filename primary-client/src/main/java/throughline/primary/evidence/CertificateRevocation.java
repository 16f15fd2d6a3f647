package throughline.primary.evidence;

import java.util.Optional;
import throughline.identity.revocation.RevocationStatus.Source;
import throughline.identity.revocation.RevocationStatus.State;

/**
 * What was found out about the revocation of one certificate.
 *
 * @param subject RFC 2253 form
 * @param source where the state comes from; of an unknown state the last that was tried
 * @param address where the source was asked; absent for what was stapled, and where the certificate names none
 * @param text one sentence: what was asked and what came back
 */
public record CertificateRevocation(
        String subject, State state, Source source, Optional<String> address, String text) {}
