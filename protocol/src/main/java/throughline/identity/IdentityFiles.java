package throughline.identity;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * What {@code --cert}, {@code --key}, {@code --password-file} and {@code --trust} mean on every command line. Files are
 * PEM or PKCS#12, told apart by their content, and at most 1 MiB each.
 */
public final class IdentityFiles {
    private IdentityFiles() {}

    /**
     * Reads a PEM chain with its key in the same file or in another, or a PKCS#12 file with both. The order of the
     * certificates does not matter: the leaf is the one that matches the key, the rest follow by issuer, unrelated ones
     * come last.
     *
     * @param certificate {@code --cert}
     * @param key {@code --key}: PEM; where it is given, keys in the certificate's file are not looked at
     * @param password of the PKCS#12 file or of the encrypted key, not closed here; not used where nothing is encrypted
     * @throws UnusableIdentityException with one sentence that names the file at fault
     */
    public static Identity identity(Path certificate, Optional<Path> key, Optional<Password> password)
            throws UnusableIdentityException {
        FileContent content = FileContent.read(certificate);
        return switch (content.kind()) {
            case PEM -> fromPem(content, key, password);
            case PKCS12 -> fromPkcs12(content, key, password);
        };
    }

    /**
     * Reads a PEM bundle, or the certificates that a PKCS#12 file marks as trusted.
     *
     * @param file {@code --trust}
     * @param password of the PKCS#12 file, not closed here
     * @throws UnusableIdentityException with one sentence that names the file
     */
    public static Trust trust(Path file, Optional<Password> password) throws UnusableIdentityException {
        FileContent content = FileContent.read(file);
        return switch (content.kind()) {
            case PEM -> said(file, () -> Trust.of(someCertificates(PemBlock.parse(content.text()))));
            case PKCS12 ->
                said(file, () -> Trust.of(Pkcs12.open(content.bytes(), password).trusted()));
        };
    }

    private static Identity fromPkcs12(FileContent content, Optional<Path> key, Optional<Password> password)
            throws UnusableIdentityException {
        if (key.isPresent()) {
            throw new UnusableIdentityException(content.file()
                    + ": This PKCS#12 file brings its own private key; leave out --key " + key.get() + ".");
        }
        return said(content.file(), () -> Pkcs12.open(content.bytes(), password).identity());
    }

    private static Identity fromPem(FileContent content, Optional<Path> keyFile, Optional<Password> password)
            throws UnusableIdentityException {
        List<PemBlock> blocks = said(content.file(), () -> PemBlock.parse(content.text()));
        List<X509Certificate> certificates = said(content.file(), () -> someCertificates(blocks));
        PrivateKey key = keyFile.isPresent()
                ? keyFrom(keyFile.get(), password)
                : said(content.file(), () -> keyBeside(blocks, password));
        return said(keyFile.orElse(content.file()), () -> {
            List<X509Certificate> chain = CertificateChain.of(key, certificates)
                    .orElseThrow(() -> doesNotMatch(key, certificates, content.file()));
            return Identity.of(key, chain);
        });
    }

    private static List<X509Certificate> someCertificates(List<PemBlock> blocks) throws UnusableIdentityException {
        List<X509Certificate> certificates = Pem.certificates(blocks);
        if (certificates.isEmpty()) {
            throw new UnusableIdentityException("There is no certificate, only " + Pem.labels(blocks) + ".");
        }
        return certificates;
    }

    private static PrivateKey keyBeside(List<PemBlock> blocks, Optional<Password> password)
            throws UnusableIdentityException {
        if (blocks.stream().noneMatch(PemBlock::isPrivateKey)) {
            throw new UnusableIdentityException(
                    "There is no private key, only " + Pem.labels(blocks) + "; give the key's file with --key FILE.");
        }
        return Pem.privateKey(blocks, password);
    }

    private static PrivateKey keyFrom(Path file, Optional<Password> password) throws UnusableIdentityException {
        FileContent content = FileContent.read(file);
        return switch (content.kind()) {
            case PEM -> said(file, () -> Pem.privateKey(content.text(), password));
            case PKCS12 ->
                throw new UnusableIdentityException(
                        file + ": This is PKCS#12, but --key takes PEM; give the PKCS#12 file to --cert alone.");
        };
    }

    private static UnusableIdentityException doesNotMatch(
            PrivateKey key, List<X509Certificate> certificates, Path certificateFile) {
        String among = certificates.size() == 1
                ? "the certificate " + CertificateText.subject(certificates.get(0))
                : "any of the " + certificates.size() + " certificates";
        return new UnusableIdentityException(
                "The private key (%s) does not match %s in %s.".formatted(key.getAlgorithm(), among, certificateFile));
    }

    private interface Reading<T> {
        T read() throws UnusableIdentityException;
    }

    private static <T> T said(Path file, Reading<T> reading) throws UnusableIdentityException {
        try {
            return reading.read();
        } catch (UnusableIdentityException unusable) {
            throw unusable.in(file);
        }
    }
}
