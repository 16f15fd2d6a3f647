package throughline.primary.diagnosis.rules;

import java.time.Duration;
import java.time.Instant;
import throughline.primary.evidence.CertificateFacts;

/** How long a certificate still has (RFC 5280 section 4.1.2.5). */
final class Validity {
    /** Enough to renew by hand on the same day. */
    private static final Duration SOON = Duration.ofDays(1);

    private Validity() {}

    /** Whether it is valid now and will not be in a day. */
    static boolean endsSoon(CertificateFacts certificate, Instant now) {
        return certificate.validAt(now) && !certificate.validAt(now.plus(SOON));
    }
}
