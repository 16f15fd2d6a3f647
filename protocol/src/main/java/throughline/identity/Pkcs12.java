package throughline.identity;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A PKCS#12 file (RFC 7292), read by the JDK, which bounds the iteration counts itself. */
final class Pkcs12 {
    private final KeyStore store;
    private final Optional<Password> password;

    private Pkcs12(KeyStore store, Optional<Password> password) {
        this.store = store;
        this.password = password;
    }

    /** Without a password the empty one is tried, for there are stores that have none. */
    static Pkcs12 open(byte[] bytes, Optional<Password> password) throws UnusableIdentityException {
        EncryptedParts.requireFew(bytes);
        char[] characters = characters(password);
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(bytes), characters);
            return new Pkcs12(store, password);
        } catch (IOException refused) {
            throw refused.getCause() instanceof UnrecoverableKeyException
                    ? wrongPassword(password, refused)
                    : damaged(refused);
        } catch (GeneralSecurityException | RuntimeException damaged) {
            throw damaged(damaged);
        } finally {
            Arrays.fill(characters, '\0');
        }
    }

    Identity identity() throws UnusableIdentityException {
        try {
            List<String> keys = aliases(true);
            if (keys.size() != 1) {
                throw new UnusableIdentityException("There %s in this PKCS#12 file; exactly one is accepted."
                        .formatted(keys.isEmpty() ? "is no private key" : "are " + keys.size() + " private keys"));
            }
            PrivateKey key = key(keys.get(0));
            List<X509Certificate> chain = chain(keys.get(0));
            if (chain.isEmpty()) {
                throw new UnusableIdentityException(
                        "There is no certificate for the private key in this PKCS#12 file; export both together.");
            }
            return Identity.of(key, chain);
        } catch (GeneralSecurityException | RuntimeException damaged) {
            throw damaged(damaged);
        }
    }

    List<X509Certificate> trusted() throws UnusableIdentityException {
        try {
            List<X509Certificate> trusted = new ArrayList<>();
            for (String alias : aliases(false)) {
                x509(store.getCertificate(alias)).forEach(trusted::add);
            }
            if (trusted.isEmpty()) {
                // openssl pkcs12 -export does not set the attribute by which the JDK knows an anchor.
                throw new UnusableIdentityException("No certificate in this PKCS#12 file is marked as trusted;"
                        + " give a PEM bundle, or add them with keytool -importcert.");
            }
            return trusted;
        } catch (GeneralSecurityException | RuntimeException damaged) {
            throw damaged(damaged);
        }
    }

    private List<String> aliases(boolean withKey) throws GeneralSecurityException {
        List<String> aliases = new ArrayList<>();
        for (String alias : Collections.list(store.aliases())) {
            if (store.isKeyEntry(alias) == withKey) {
                aliases.add(alias);
            }
        }
        return aliases;
    }

    private PrivateKey key(String alias) throws GeneralSecurityException, UnusableIdentityException {
        char[] characters = characters(password);
        try {
            Key key = store.getKey(alias, characters);
            if (key instanceof PrivateKey privateKey) {
                return privateKey;
            }
            throw new UnusableIdentityException("The key in this PKCS#12 file is not a private key; one is expected.");
        } catch (UnrecoverableKeyException refused) {
            throw wrongPassword(password, refused);
        } finally {
            Arrays.fill(characters, '\0');
        }
    }

    private List<X509Certificate> chain(String alias) throws GeneralSecurityException {
        return Optional.ofNullable(store.getCertificateChain(alias)).stream()
                .flatMap(Arrays::stream)
                .flatMap(Pkcs12::x509)
                .collect(Collectors.toList());
    }

    private static Stream<X509Certificate> x509(Certificate certificate) {
        return Stream.of(certificate).filter(X509Certificate.class::isInstance).map(X509Certificate.class::cast);
    }

    private static char[] characters(Optional<Password> password) {
        return password.map(Password::characters).orElseGet(() -> new char[0]);
    }

    private static UnusableIdentityException wrongPassword(Optional<Password> password, Exception cause) {
        return password.map(given -> given.doesNotOpen("this PKCS#12 file", cause))
                .orElseGet(() -> EncryptedKey.passwordNeeded("This PKCS#12 file is protected"));
    }

    private static UnusableIdentityException damaged(Exception cause) {
        return new UnusableIdentityException(
                "This PKCS#12 file is damaged, or protected in a way this Java does not know.", cause);
    }
}
