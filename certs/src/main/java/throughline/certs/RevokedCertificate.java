package throughline.certs;

import java.math.BigInteger;
import java.security.cert.CRLReason;
import java.time.Instant;

/**
 * An entry of a CRL (RFC 5280, 5.3).
 *
 * @param serial of the certificate, which is the CRL's issuer's own
 * @param at in whole seconds on the wire
 * @param reason {@code UNSPECIFIED} is left out of the entry, as RFC 5280, 5.3.1 recommends
 */
public record RevokedCertificate(BigInteger serial, Instant at, CRLReason reason) {}
