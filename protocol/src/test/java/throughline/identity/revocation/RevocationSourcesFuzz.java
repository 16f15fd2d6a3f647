package throughline.identity.revocation;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.identity.Pem;
import throughline.identity.Trust;
import throughline.identity.UnusableIdentityException;
import throughline.identity.revocation.RevocationStatus.State;

/**
 * Certificates of a trusted authority with an extension that is not what it should be. The first byte chooses the
 * extension, the rest is its value; whatever it says, only a few http addresses are asked.
 */
class RevocationSourcesFuzz {
    private static final String ADDRESS = "http://127.0.0.1:1/a";
    private static final int MOST_FETCHES = 2 * RevocationSources.MOST;

    /** AuthorityInformationAccess, CRLDistributionPoints and FreshestCRL (RFC 5280, 4.2.2.1, 4.2.1.13 and 4.2.1.15). */
    private static final List<byte[]> EXTENSIONS = Stream.of("2b06010505070101", "551d1f", "551d2e")
            .map(HexFormat.of()::parseHex)
            .toList();

    private static final int EXTENSIONS_OF_TBS = DerElement.constructed(3);

    @TempDir
    static Path folder;

    private static OpenSslLab lab;
    private static InstantSource clock;
    private static Trust trust;
    private static PrivateKey rootKey;
    private static X509Certificate template;

    @BeforeAll
    static void makeAuthority() throws UnusableIdentityException, IOException {
        // Ahead of the certificates, which are in force from the moment when openssl makes them.
        clock = InstantSource.fixed(Instant.now().plus(Duration.ofMinutes(5)));
        lab = OpenSslLab.in(folder);
        lab.root("root", "root");
        trust = Trust.of(List.of(lab.certificate("root")));
        rootKey = Pem.privateKey(Files.readString(folder.resolve("root.key")), Optional.empty());
        template = lab.leaf("template", "root", "keyUsage=digitalSignature");
    }

    static Stream<byte[]> seeds() {
        String points = "crlDistributionPoints=URI:" + ADDRESS + ",URI:ldap://127.0.0.1/a?b";
        return Stream.of(
                seed(
                        0,
                        lab.leaf(
                                "one",
                                "root",
                                "authorityInfoAccess=OCSP;URI:" + ADDRESS + ",caIssuers;URI:" + ADDRESS)),
                seed(
                        0,
                        lab.leaf(
                                "two",
                                "root",
                                "authorityInfoAccess=OCSP;URI:" + ADDRESS + ",OCSP;URI:https://a.test/")),
                seed(1, lab.leaf("three", "root", points)),
                seed(
                        1,
                        lab.leaf(
                                "four",
                                "root",
                                "crlDistributionPoints=point",
                                "[point]",
                                "fullname=URI:" + ADDRESS,
                                "CRLissuer=dirName:name",
                                "reasons=keyCompromise,CACompromise",
                                "[name]",
                                "CN=issuer")));
    }

    private static byte[] seed(int choice, X509Certificate certificate) {
        String oid = choice == 0 ? "1.3.6.1.5.5.7.1.1" : "2.5.29.31";
        try {
            byte[] value = DerElement.of(certificate.getExtensionValue(oid)).content();
            byte[] seed = Arrays.copyOf(new byte[] {(byte) choice}, value.length + 1);
            System.arraycopy(value, 0, seed, 1, value.length);
            return seed;
        } catch (MalformedDerException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @MethodSource("seeds")
    @FuzzTest
    void fewPlacesAreAskedAndNothingIsKnown(byte[] bytes) throws Exception {
        X509Certificate hostile;
        try {
            hostile = signed(bytes);
        } catch (CertificateException refused) {
            // The JDK does not read it, so nobody ever shows it to the check.
            return;
        }
        List<URI> asked = new ArrayList<>();

        List<RevocationStatus> statuses =
                new RevocationCheck(new Unreachable(asked), clock).check(List.of(hostile), trust, List.of());

        if (statuses.size() != 1
                || statuses.get(0).state() != State.UNKNOWN
                || asked.size() > MOST_FETCHES
                || asked.stream().anyMatch(address -> !"http".equalsIgnoreCase(address.getScheme()))) {
            throw new AssertionError(statuses + " " + asked);
        }
        HostileAnswers.isOneSentence(statuses.get(0));
    }

    private static X509Certificate signed(byte[] bytes) throws GeneralSecurityException, MalformedDerException {
        int choice = bytes.length == 0 ? 0 : (bytes[0] & 0xFF) % EXTENSIONS.size();
        byte[] value = bytes.length == 0 ? bytes : Arrays.copyOfRange(bytes, 1, bytes.length);
        byte[] extension = sequence(
                DerElement.encoded(DerElement.OBJECT_IDENTIFIER, EXTENSIONS.get(choice)),
                DerElement.encoded(DerElement.OCTET_STRING, value));
        byte[] body = sequence(Stream.concat(
                        DerElement.of(template.getTBSCertificate()).children().stream()
                                .filter(part -> part.tag() != EXTENSIONS_OF_TBS)
                                .map(part -> DerElement.encoded(part.tag(), part.content())),
                        Stream.of(DerElement.encoded(EXTENSIONS_OF_TBS, sequence(extension))))
                .toArray(byte[][]::new));
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(rootKey);
        signer.update(body);
        byte[] signature = DerElement.encoded(DerElement.BIT_STRING, new byte[1], signer.sign());
        DerElement algorithm = DerElement.of(template.getEncoded()).children().get(1);
        byte[] der = sequence(body, DerElement.encoded(algorithm.tag(), algorithm.content()), signature);
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

    private static byte[] sequence(byte[]... elements) {
        return DerElement.encoded(DerElement.SEQUENCE, elements);
    }

    private record Unreachable(List<URI> asked) implements RevocationFetch {
        @Override
        public byte[] get(URI address) throws IOException {
            asked.add(address);
            throw new IOException("answered 404");
        }

        @Override
        public byte[] post(URI address, byte[] ocspRequest) throws IOException {
            asked.add(address);
            throw new IOException("answered 404");
        }
    }
}
