package throughline.certs;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralNames;

/** Where a certificate says that its revocation can be asked about, as Bouncy Castle reads it. */
final class RevocationAddresses {
    private RevocationAddresses() {}

    /** Where a certificate says that its CRL is. */
    static Optional<URI> crlOf(X509Certificate certificate) {
        byte[] extension = certificate.getExtensionValue(Extension.cRLDistributionPoints.getId());
        return Optional.ofNullable(extension)
                .map(value -> CRLDistPoint.getInstance(
                        ASN1OctetString.getInstance(value).getOctets()))
                .map(points -> GeneralNames.getInstance(
                        points.getDistributionPoints()[0].getDistributionPoint().getName()))
                .map(names -> URI.create(names.getNames()[0].getName().toString()));
    }

    /** Where a certificate says that its OCSP responder is. */
    static Optional<URI> ocspOf(X509Certificate certificate) {
        byte[] extension = certificate.getExtensionValue(Extension.authorityInfoAccess.getId());
        return Optional.ofNullable(extension)
                .map(value -> AuthorityInformationAccess.getInstance(
                        ASN1OctetString.getInstance(value).getOctets()))
                .map(access -> access.getAccessDescriptions()[0].getAccessLocation())
                .map(name -> URI.create(name.getName().toString()));
    }
}
