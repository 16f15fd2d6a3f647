package throughline.harness.cli;

import java.net.URI;
import java.security.cert.CRLReason;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import throughline.certs.CertificateAuthority;
import throughline.certs.RevocationPoints;
import throughline.certs.RevokedCertificate;

/**
 * Revocation as a folder has it: a CRL in a file. The addresses in the certificates are of this machine, and it is up to
 * whoever uses the folder to let something answer there.
 */
final class FolderRevocation implements RevocationPoints {
    private static final String SERVER = "http://127.0.0.1:8889";
    private static final URI NOTHING_LISTENS = URI.create("http://127.0.0.1:9/ca.crl");

    private final InstantSource clock;
    private final List<RevokedCertificate> listed = new ArrayList<>();

    FolderRevocation(InstantSource clock) {
        this.clock = clock;
    }

    /** With all that were revoked, good from an hour ago for as long as the certificates are. */
    X509CRL current(CertificateAuthority issuer, Duration validity) {
        Instant now = clock.instant();
        return issuer.crl(now.minus(Duration.ofHours(1)), now.plus(validity), listed);
    }

    /** One whose nextUpdate is an hour ago. */
    X509CRL stale(CertificateAuthority issuer) {
        Instant now = clock.instant();
        return issuer.crl(now.minus(Duration.ofDays(1)), now.minus(Duration.ofHours(1)), listed);
    }

    @Override
    public URI crl(CertificateAuthority issuer) {
        return URI.create(SERVER + "/ca.crl");
    }

    @Override
    public URI staleCrl(CertificateAuthority issuer) {
        return crl(issuer);
    }

    @Override
    public URI ocsp(CertificateAuthority issuer) {
        return URI.create(SERVER + "/ocsp");
    }

    @Override
    public URI unreachable() {
        return NOTHING_LISTENS;
    }

    @Override
    public void revokeByCrl(CertificateAuthority issuer, X509Certificate certificate) {
        listed.add(new RevokedCertificate(
                certificate.getSerialNumber(), clock.instant().minus(Duration.ofHours(1)), CRLReason.KEY_COMPROMISE));
    }

    @Override
    public void revokeByOcsp(CertificateAuthority issuer, X509Certificate certificate) {
        // The CRL does not list it.
    }
}
