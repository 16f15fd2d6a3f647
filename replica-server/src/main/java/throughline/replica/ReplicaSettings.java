package throughline.replica;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import throughline.identity.Credentials;
import throughline.identity.CredentialsListener;
import throughline.identity.CredentialsSource;
import throughline.identity.Identity;
import throughline.identity.Trust;
import throughline.identity.revocation.HttpRevocationFetch;
import throughline.identity.revocation.RevocationFetch;
import throughline.identity.revocation.RevocationPolicy;
import throughline.protocol.DiskDeclaration;
import throughline.protocol.Excerpt;

/**
 * What a replica is started with.
 *
 * @param credentials what it presents, and signs its views with, which must be there, with a key that is EC, RSA or
 *     Ed25519; and whose certificates a primary may present. Asked again with every connection and every request
 * @param credentialsListener is told when they change while the replica runs
 * @param revocation what becomes of a primary's certificate that is revoked, or of which nobody says that it is not
 * @param revocationFetch how CRLs and OCSP answers are fetched; not used under {@code OFF}
 * @param store the folder of the disks; created when the first disk is declared
 * @param listen where it listens; port 0 takes a free one
 * @param tlsVersions as JSSE names them: {@code TLSv1.2}, {@code TLSv1.3} or both
 * @param applicationProtocols offered by ALPN, the preferred one first: {@code h2}, {@code http/1.1} or both
 * @param clock of the times in views; certificates are judged by the system's clock
 * @param largestDisk in bytes
 * @param otherServedCertificates SHA-256, in lower-case hex, of leaf certificates that others present in this replica's
 *     name: the one before or after a renewal, another node's, a load balancer's
 */
public record ReplicaSettings(
        CredentialsSource credentials,
        CredentialsListener credentialsListener,
        RevocationPolicy revocation,
        RevocationFetch revocationFetch,
        Path store,
        InetSocketAddress listen,
        List<String> tlsVersions,
        List<String> applicationProtocols,
        InstantSource clock,
        long largestDisk,
        List<String> otherServedCertificates) {
    private static final List<String> TLS_VERSIONS = List.of("TLSv1.2", "TLSv1.3");
    private static final List<String> APPLICATION_PROTOCOLS = List.of("h2", "http/1.1");

    public ReplicaSettings {
        tlsVersions = List.copyOf(tlsVersions);
        applicationProtocols = List.copyOf(applicationProtocols);
        otherServedCertificates = List.copyOf(otherServedCertificates);
        requireSome("TLS versions", tlsVersions, TLS_VERSIONS);
        requireSome("application protocols", applicationProtocols, APPLICATION_PROTOCOLS);
        if (largestDisk < 1 || largestDisk > DiskDeclaration.MAXIMUM_SIZE) {
            throw new IllegalArgumentException(
                    "largest disk of " + largestDisk + " bytes; accepted are 1 to " + DiskDeclaration.MAXIMUM_SIZE);
        }
        for (String certificate : otherServedCertificates) {
            if (!certificate.matches("[0-9a-f]{64}")) {
                throw new IllegalArgumentException("served certificate \"" + Excerpt.of(certificate)
                        + "\"; accepted is a SHA-256 in 64 lower-case hexadecimal digits");
            }
        }
    }

    /** Listens on the loopback address and a free port, with everything else at its widest, unless told otherwise. */
    public static Builder builder(Identity identity, Trust trust, Path store) {
        return builder(CredentialsSource.fixed(Credentials.of(identity, trust)), store);
    }

    /** The same, with credentials that may change while the replica runs. */
    public static Builder builder(CredentialsSource credentials, Path store) {
        return new Builder(credentials, store);
    }

    /** Collects settings; each starts with a default. */
    public static final class Builder {
        private final CredentialsSource credentials;
        private final Path store;
        private CredentialsListener credentialsListener = CredentialsListener.none();
        private RevocationPolicy revocation = RevocationPolicy.OFF;
        private RevocationFetch revocationFetch = new HttpRevocationFetch();
        private InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        private List<String> tlsVersions = TLS_VERSIONS;
        private List<String> applicationProtocols = APPLICATION_PROTOCOLS;
        private InstantSource clock = InstantSource.system();
        private long largestDisk = 1L << 40;
        private List<String> otherServedCertificates = List.of();

        private Builder(CredentialsSource credentials, Path store) {
            this.credentials = credentials;
            this.store = store;
        }

        /** Default: {@code OFF}. Hyper-V Replica's is {@code REQUIRED}. */
        public Builder revocation(RevocationPolicy policy) {
            this.revocation = policy;
            return this;
        }

        /** Default: directly, whatever proxy the JVM is set to. */
        public Builder revocationFetch(RevocationFetch fetch) {
            this.revocationFetch = fetch;
            return this;
        }

        /** Default: nobody. */
        public Builder credentialsListener(CredentialsListener listener) {
            this.credentialsListener = listener;
            return this;
        }

        /** Default: the loopback address, port 0. */
        public Builder listen(InetSocketAddress address) {
            this.listen = address;
            return this;
        }

        /** Default: TLSv1.2 and TLSv1.3. */
        public Builder tlsVersions(List<String> versions) {
            this.tlsVersions = versions;
            return this;
        }

        /** Default: h2 and http/1.1. */
        public Builder applicationProtocols(List<String> protocols) {
            this.applicationProtocols = protocols;
            return this;
        }

        /** Default: the system's. */
        public Builder clock(InstantSource source) {
            this.clock = source;
            return this;
        }

        /** Default: 1 TiB. Disks are sparse: this bounds what they may grow to. */
        public Builder largestDisk(long bytes) {
            this.largestDisk = bytes;
            return this;
        }

        /** Default: none. */
        public Builder otherServedCertificates(List<String> sha256) {
            this.otherServedCertificates = sha256;
            return this;
        }

        /**
         * Checks every setting.
         *
         * @throws IllegalArgumentException naming the one that cannot be, and what is accepted
         */
        public ReplicaSettings build() {
            return new ReplicaSettings(
                    credentials,
                    credentialsListener,
                    revocation,
                    revocationFetch,
                    store,
                    listen,
                    tlsVersions,
                    applicationProtocols,
                    clock,
                    largestDisk,
                    otherServedCertificates);
        }
    }

    private static void requireSome(String name, List<String> values, List<String> accepted) {
        if (values.isEmpty()
                || !accepted.containsAll(values)
                || Set.copyOf(values).size() < values.size()) {
            throw new IllegalArgumentException(name + " " + values + "; accepted are one or more of " + accepted);
        }
    }
}
