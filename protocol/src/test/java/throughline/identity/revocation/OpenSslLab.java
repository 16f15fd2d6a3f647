package throughline.identity.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Authorities of the openssl command: their certificates, CRLs and OCSP answers are made by another implementation than
 * ours. NAME.pem, NAME.key and NAME.index lie in one folder.
 */
final class OpenSslLab {
    private final Path folder;

    private OpenSslLab(Path folder) {
        this.folder = folder;
    }

    static OpenSslLab in(Path folder) {
        boolean installed = Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(place -> Files.isExecutable(Path.of(place, "openssl")));
        assumeTrue(installed, "openssl is not installed (Debian package: openssl)");
        return new OpenSslLab(folder);
    }

    /** Signed by itself; the file's name and the subject's may differ. */
    void root(String file, String commonName) {
        run(
                "req -x509 -nodes -days 10 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -keyout %s.key -out %s.pem -subj /CN=%s"
                        .formatted(file, file, commonName));
        keepsBooks(file);
    }

    void authority(String name, String issuer, String... extensions) {
        List<String> lines =
                new ArrayList<>(List.of("basicConstraints=critical,CA:TRUE", "keyUsage=keyCertSign,cRLSign"));
        lines.addAll(List.of(extensions));
        issue(name, issuer, lines);
        keepsBooks(name);
    }

    X509Certificate leaf(String name, String issuer, String... extensions) {
        issue(name, issuer, List.of(extensions));
        run("ca -config %s.cnf -valid %s.pem".formatted(issuer, name));
        return certificate(name);
    }

    void revoke(String name, String issuer, String reason) {
        run("ca -config %s.cnf -revoke %s.pem -crl_reason %s".formatted(issuer, name, reason));
    }

    /** As a responder has it whose clock is ahead. */
    void revokeAhead(String name, String issuer, Instant at) {
        revoke(name, issuer, "unspecified");
        String date = DateTimeFormatter.ofPattern("yyMMddHHmmss")
                        .withZone(ZoneOffset.UTC)
                        .format(at) + "Z";
        String books = new String(bytes(issuer + ".index"), StandardCharsets.UTF_8);
        String changed = books.replaceFirst("\t\\d+Z,unspecified\t", "\t" + date + ",unspecified\t");
        assertThat(changed).isNotEqualTo(books);
        write(issuer + ".index", changed.getBytes(StandardCharsets.UTF_8));
    }

    /** In DER, in force for an hour. */
    byte[] crl(String issuer) {
        return crl(issuer, "");
    }

    byte[] crl(String issuer, String options) {
        run("ca -config %s.cnf -gencrl -crlhours 1 -out %s.crl %s"
                .formatted(issuer, issuer, options)
                .strip());
        run("crl -in %s.crl -outform DER -out %s.crl.der".formatted(issuer, issuer));
        return bytes(issuer + ".crl.der");
    }

    /** What {@code openssl ocsp} answers to the request, from the issuer's books; in force for an hour. */
    byte[] ocsp(String issuer, String signer, byte[] request) {
        return ocsp(issuer, signer, request, "");
    }

    byte[] ocsp(String issuer, String signer, byte[] request, String options) {
        return answer(issuer, signer, request, "-nmin 60 " + options);
    }

    /** Without nextUpdate: newer information is available at any time (RFC 6960, 4.2.2.1). */
    byte[] ocspOfThisMoment(String issuer, byte[] request) {
        return answer(issuer, issuer, request, "");
    }

    private byte[] answer(String issuer, String signer, byte[] request, String options) {
        write("request.der", request);
        run(("ocsp -index %s.index -CA %s.pem -rsigner %s.pem -rkey %s.key -reqin request.der -respout answer.der "
                        + options)
                .formatted(issuer, issuer, signer, signer)
                .strip());
        return bytes("answer.der");
    }

    X509Certificate certificate(String name) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(bytes(name + ".pem")));
        } catch (CertificateException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    /** Arguments separated by single spaces; standard output and error as one text. */
    String run(String arguments) {
        try {
            Process process = start(arguments);
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor())
                    .as("openssl %s\n%s", arguments, output)
                    .isZero();
            return output;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    Process start(String arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments.split(" ")));
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
    }

    private void issue(String name, String issuer, List<String> extensions) {
        run("req -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -keyout %s.key -out %s.csr -subj /CN=%s"
                .formatted(name, name, name));
        write(name + ".ext", (String.join("\n", extensions) + "\n").getBytes(StandardCharsets.UTF_8));
        run("x509 -req -days 9 -in %s.csr -CA %s.pem -CAkey %s.key -CAcreateserial -extfile %s.ext -out %s.pem"
                .formatted(name, issuer, issuer, name, name));
    }

    private void keepsBooks(String authority) {
        write(authority + ".index", new byte[0]);
        write(authority + ".index.attr", "unique_subject = no\n".getBytes(StandardCharsets.UTF_8));
        write(authority + ".crlnumber", "01\n".getBytes(StandardCharsets.UTF_8));
        String books = """
                [ca]
                default_ca = books
                [books]
                database = %1$s.index
                crlnumber = %1$s.crlnumber
                certificate = %1$s.pem
                private_key = %1$s.key
                default_md = sha256
                [delta]
                2.5.29.27 = critical,DER:02:01:01
                [users]
                issuingDistributionPoint = critical,onlyuser:TRUE
                [authorities]
                issuingDistributionPoint = critical,onlyCA:TRUE
                [indirect]
                issuingDistributionPoint = critical,indirectCRL:TRUE
                [reasons]
                issuingDistributionPoint = critical,onlysomereasons:keyCompromise
                [here]
                issuingDistributionPoint = critical,fullname:URI:http://crl.test/a
                [elsewhere]
                issuingDistributionPoint = critical,fullname:URI:http://crl.test/b
                """;
        write(authority + ".cnf", books.formatted(authority).getBytes(StandardCharsets.UTF_8));
    }

    private byte[] bytes(String file) {
        try {
            return Files.readAllBytes(folder.resolve(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private void write(String file, byte[] bytes) {
        try {
            Files.write(folder.resolve(file), bytes);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }
}
