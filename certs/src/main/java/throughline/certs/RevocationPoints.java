package throughline.certs;

import java.net.URI;
import java.security.cert.X509Certificate;

/**
 * Where certificates say that their revocation can be looked up, and who is told that one is revoked. The addresses are
 * {@code http}, as RFC 5280, 4.2.1.13 and RFC 6960, A.1 have it, and the same for all certificates of one authority.
 */
public interface RevocationPoints {
    /** The authority's current CRL, in DER (RFC 5280, 4.2.1.13). */
    URI crl(CertificateAuthority issuer);

    /** A CRL of the authority's whose nextUpdate is past (RFC 5280, 5.1.2.5). */
    URI staleCrl(CertificateAuthority issuer);

    /** The authority's OCSP responder (RFC 5280, 4.2.2.1; RFC 6960). */
    URI ocsp(CertificateAuthority issuer);

    /** On loopback, where nothing listens. */
    URI unreachable();

    /** The authority's current CRL lists the certificate from now on; its OCSP responder does not know of that. */
    void revokeByCrl(CertificateAuthority issuer, X509Certificate certificate);

    /** The authority's OCSP responder answers {@code revoked} from now on; its CRL does not list the certificate. */
    void revokeByOcsp(CertificateAuthority issuer, X509Certificate certificate);
}
