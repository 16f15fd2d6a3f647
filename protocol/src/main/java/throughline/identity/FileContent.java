package throughline.identity;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The bytes of a key, certificate or trust file, and what they look like: names and endings of files say nothing. */
final class FileContent {
    /** A bundle of all public certification authorities takes about 220 KiB. */
    private static final int LARGEST = 1024 * 1024;

    private static final int JKS = 0xFEEDFEED;
    private static final int JCEKS = 0xCECECECE;
    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 0x02;

    private final Path file;
    private final byte[] bytes;

    private FileContent(Path file, byte[] bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    enum Kind {
        PEM,
        PKCS12
    }

    static FileContent read(Path file) throws UnusableIdentityException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw new UnusableIdentityException(file
                        + ": The file is larger than 1 MiB;"
                        + " keys, certificates and trust stores up to 1 MiB are accepted.");
            }
            return new FileContent(file, bytes);
        } catch (IOException unreadable) {
            throw unreadable(file, unreadable);
        }
    }

    static UnusableIdentityException unreadable(Path file, IOException cause) {
        String why;
        if (cause instanceof NoSuchFileException) {
            why = "There is no such file.";
        } else if (Files.isDirectory(file)) {
            why = "This is a folder; a file is expected.";
        } else if (cause instanceof AccessDeniedException) {
            why = "The file may not be read by this user.";
        } else {
            why = "The file cannot be read.";
        }
        return new UnusableIdentityException(file + ": " + why, cause);
    }

    Path file() {
        return file;
    }

    byte[] bytes() {
        return bytes;
    }

    Kind kind() throws UnusableIdentityException {
        if (text().contains("-----BEGIN ")) {
            return Kind.PEM;
        }
        if (magic() == JKS) {
            throw notAccepted("a JKS key store; convert with keytool -importkeystore -deststoretype pkcs12");
        }
        if (magic() == JCEKS) {
            throw notAccepted("a JCEKS key store; convert with keytool -importkeystore -deststoretype pkcs12");
        }
        if (startsWith(SEQUENCE) && firstInsideIs(INTEGER)) {
            return Kind.PKCS12;
        }
        if (startsWith(SEQUENCE) && firstInsideIs(SEQUENCE)) {
            throw notAccepted("DER, perhaps a certificate; convert with openssl x509 -inform DER -outform PEM");
        }
        throw notAccepted(bytes.length == 0 ? "an empty file" : "neither PEM nor PKCS#12");
    }

    /** PEM is ASCII, and what surrounds it does not matter (RFC 7468, 2), so no byte may be an error here. */
    String text() {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private UnusableIdentityException notAccepted(String found) {
        return new UnusableIdentityException(file + ": This is " + found + ". PEM and PKCS#12 files are accepted.");
    }

    private int magic() {
        return bytes.length < 4 ? 0 : ByteBuffer.wrap(bytes).getInt();
    }

    private boolean startsWith(int tag) {
        return bytes.length > 2 && (bytes[0] & 0xFF) == tag;
    }

    /** A PFX starts with its version (RFC 7292, 4), a certificate with the sequence that is signed (RFC 5280, 4.1). */
    private boolean firstInsideIs(int tag) {
        int lengthOctets = (bytes[1] & 0x80) == 0 ? 1 : 1 + (bytes[1] & 0x7F);
        return bytes.length > 1 + lengthOctets && (bytes[1 + lengthOctets] & 0xFF) == tag;
    }
}
