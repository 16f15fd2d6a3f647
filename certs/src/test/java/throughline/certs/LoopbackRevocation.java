package throughline.certs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.security.cert.CRLReason;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.Req;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/** Just enough of a revocation server for a few minutes of one authority with a P-256 key. */
final class LoopbackRevocation implements RevocationPoints, AutoCloseable {
    private final HttpServer server;
    private final List<RevokedCertificate> revokedByCrl = new CopyOnWriteArrayList<>();
    private final List<RevokedCertificate> revokedByOcsp = new CopyOnWriteArrayList<>();

    private LoopbackRevocation(HttpServer server) {
        this.server = server;
    }

    static LoopbackRevocation open() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        return new LoopbackRevocation(server);
    }

    @Override
    public URI crl(CertificateAuthority issuer) {
        return serve("/crl", request -> {
            Instant now = Instant.now();
            return issuer.crl(now.minusSeconds(60), now.plusSeconds(3600), revokedByCrl)
                    .getEncoded();
        });
    }

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

    @Override
    public URI staleCrl(CertificateAuthority issuer) {
        return serve("/stale", request -> {
            Instant now = Instant.now();
            return issuer.crl(now.minus(Duration.ofDays(2)), now.minus(Duration.ofDays(1)), List.of())
                    .getEncoded();
        });
    }

    @Override
    public URI ocsp(CertificateAuthority issuer) {
        return serve("/ocsp", request -> answer(issuer, new OCSPReq(request)));
    }

    /** A port that was free a moment ago. */
    @Override
    public URI unreachable() {
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create("http://127.0.0.1:" + closed.getLocalPort() + "/crl");
        } catch (IOException noPort) {
            throw new IllegalStateException(noPort);
        }
    }

    @Override
    public void revokeByCrl(CertificateAuthority issuer, X509Certificate certificate) {
        revokedByCrl.add(entry(certificate));
    }

    @Override
    public void revokeByOcsp(CertificateAuthority issuer, X509Certificate certificate) {
        revokedByOcsp.add(entry(certificate));
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static RevokedCertificate entry(X509Certificate certificate) {
        return new RevokedCertificate(
                certificate.getSerialNumber(), Instant.now().minusSeconds(60), CRLReason.KEY_COMPROMISE);
    }

    private byte[] answer(CertificateAuthority issuer, OCSPReq request) throws Exception {
        X509Certificate certificate = issuer.certificate();
        BasicOCSPRespBuilder answer = new BasicOCSPRespBuilder(
                SubjectPublicKeyInfo.getInstance(certificate.getPublicKey().getEncoded()),
                new JcaDigestCalculatorProviderBuilder().build().get(RespID.HASH_SHA1));
        for (Req asked : request.getRequestList()) {
            boolean revoked = revokedByOcsp.stream()
                    .anyMatch(entry -> entry.serial().equals(asked.getCertID().getSerialNumber()));
            answer.addResponse(
                    asked.getCertID(),
                    revoked ? new RevokedStatus(Date.from(Instant.now().minusSeconds(60)), 1) : CertificateStatus.GOOD,
                    Date.from(Instant.now().minusSeconds(60)),
                    Date.from(Instant.now().plusSeconds(3600)));
        }
        return new OCSPRespBuilder()
                .build(
                        OCSPRespBuilder.SUCCESSFUL,
                        answer.build(
                                new JcaContentSignerBuilder("SHA256withECDSA")
                                        .build(issuer.identity().key()),
                                new X509CertificateHolder[0],
                                Date.from(Instant.now())))
                .getEncoded();
    }

    private interface Answer {
        byte[] to(byte[] request) throws Exception;
    }

    private URI serve(String path, Answer answer) {
        String unique = path + "/" + System.nanoTime();
        server.createContext(unique, exchange -> send(exchange, answer));
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + unique);
    }

    /** RFC 6960, A.1: a short OCSP request stands in the path of a GET. */
    private static byte[] request(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        return exchange.getRequestMethod().equals("POST")
                ? exchange.getRequestBody().readAllBytes()
                : path.startsWith("/ocsp/")
                        ? Base64.getDecoder().decode(path.substring(path.indexOf('/', "/ocsp/".length()) + 1))
                        : new byte[0];
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        try (exchange) {
            byte[] body = answer.to(request(exchange));
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        } catch (Exception failed) {
            throw new IOException(failed);
        }
    }
}
