package throughline.certs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import throughline.identity.Identity;
import throughline.identity.Password;
import throughline.identity.Pem;
import throughline.identity.Trust;

/**
 * Writes identities and trust into files that openssl, keytool and Throughline's own commands read. A file with a key is
 * readable by its owner only, from the moment it exists, where the file system knows owners. Existing files are
 * replaced.
 */
public final class IdentityWriter {
    private IdentityWriter() {}

    /** The chain, leaf first, into one PEM file and the PKCS#8 key, not encrypted, into the other. */
    public static void pem(Identity identity, Path certificate, Path key) throws IOException {
        Files.writeString(certificate, Pem.encode(identity.chain()));
        writeForOwner(key, ascii(Pem.encode(identity.key())));
    }

    /** The chain and the key into one PEM file. */
    public static void pem(Identity identity, Path file) throws IOException {
        writeForOwner(file, ascii(Pem.encode(identity.chain()) + Pem.encode(identity.key())));
    }

    /** The anchors as a PEM bundle. */
    public static void pem(Trust trust, Path file) throws IOException {
        Files.writeString(file, Pem.encode(trust.anchors()));
    }

    public static void pem(X509CRL crl, Path file) throws IOException {
        Files.writeString(file, Pem.encode(crl));
    }

    /** The chain and the key into a PKCS#12 file, under the alias {@code identity}. */
    public static void pkcs12(Identity identity, Password password, Path file) throws IOException {
        char[] characters = password.characters();
        try {
            KeyStore store = emptyStore();
            store.setKeyEntry(
                    "identity", identity.key(), characters, identity.chain().toArray(new X509Certificate[0]));
            writeForOwner(file, bytes(store, characters));
        } catch (GeneralSecurityException refused) {
            throw new IOException("The identity cannot be written to " + file + " as PKCS#12.", refused);
        } finally {
            Arrays.fill(characters, '\0');
        }
    }

    /** The anchors into a PKCS#12 file, marked as trusted in the way that Java looks for. */
    public static void pkcs12(Trust trust, Password password, Path file) throws IOException {
        char[] characters = password.characters();
        try {
            KeyStore store = emptyStore();
            List<X509Certificate> anchors = trust.anchors();
            for (int i = 0; i < anchors.size(); i++) {
                store.setCertificateEntry("anchor-" + i, anchors.get(i));
            }
            Files.write(file, bytes(store, characters));
        } catch (GeneralSecurityException refused) {
            throw new IOException("The trust anchors cannot be written to " + file + " as PKCS#12.", refused);
        } finally {
            Arrays.fill(characters, '\0');
        }
    }

    /** The password as the first line of a file, as {@link Password#fromFile} reads it. */
    public static void password(Password password, Path file) throws IOException {
        char[] characters = password.characters();
        byte[] line = new byte[characters.length * 3 + 1]; // UTF-8 takes at most three octets for a char
        try {
            ByteBuffer out = ByteBuffer.wrap(line);
            StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(characters), out, true);
            out.put((byte) '\n');
            writeForOwner(file, line, out.position());
        } finally {
            Arrays.fill(characters, '\0');
            Arrays.fill(line, (byte) 0);
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static byte[] bytes(KeyStore store, char[] password) throws GeneralSecurityException, IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        store.store(out, password);
        return out.toByteArray();
    }

    private static byte[] ascii(String pem) {
        return pem.getBytes(StandardCharsets.US_ASCII);
    }

    private static void writeForOwner(Path file, byte[] content) throws IOException {
        writeForOwner(file, content, content.length);
    }

    private static void writeForOwner(Path file, byte[] content, int length) throws IOException {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] ownerOnly = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        Files.deleteIfExists(file);
        try (OutputStream out = Channels.newOutputStream(Files.newByteChannel(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly))) {
            out.write(content, 0, length);
        }
    }
}
