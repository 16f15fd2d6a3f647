package throughline.replica;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
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
import throughline.protocol.Excerpt;
import throughline.replica.store.ReplicaStore;

/**
 * What a replica is started with.
 *
 * @param credentials what it presents, and signs its views with, which must be there, with a key that is EC, RSA or
 *     Ed25519; and whose certificates a primary may present. Asked again with every connection and every request
 * @param credentialsListener is told when they change while the replica runs
 * @param revocation what becomes of a primary's certificate that is revoked, or of which nobody says that it is not
 * @param revocationFetch how CRLs and OCSP answers are fetched; not used under {@code OFF}
 * @param admission which primaries may replicate, and where to
 * @param stores opens what is kept in the folders that the admission names
 * @param listen where it listens; port 0 takes a free one
 * @param tlsVersions as JSSE names them: {@code TLSv1.2}, {@code TLSv1.3} or both
 * @param applicationProtocols offered by ALPN, the preferred one first: {@code h2}, {@code http/1.1} or both
 * @param clock of the times in views; certificates are judged by the system's clock
 * @param silence for how long a replica waits when a request or an answer is under way and nothing moves
 * @param drain for how long {@link Replica#drain()} lets what is under way go on; zero for not at all
 * @param script what to do otherwise than it should, with exchanges to come
 * @param otherServedCertificates SHA-256, in lower-case hex, of leaf certificates that others present in this replica's
 *     name: the one before or after a renewal, another node's, a load balancer's
 */
public record ReplicaSettings(
        CredentialsSource credentials,
        CredentialsListener credentialsListener,
        RevocationPolicy revocation,
        RevocationFetch revocationFetch,
        Admission admission,
        StoreOpener stores,
        InetSocketAddress listen,
        List<String> tlsVersions,
        List<String> applicationProtocols,
        InstantSource clock,
        Duration silence,
        Duration drain,
        ReplicaScript script,
        List<String> otherServedCertificates) {
    private static final List<String> TLS_VERSIONS = List.of("TLSv1.2", "TLSv1.3");
    /** Less than a second, with what it takes to end. */
    private static final Duration SHORT_DRAIN = Duration.ofMillis(600);

    private static final List<String> APPLICATION_PROTOCOLS = List.of("h2", "http/1.1");

    public ReplicaSettings {
        tlsVersions = List.copyOf(tlsVersions);
        applicationProtocols = List.copyOf(applicationProtocols);
        otherServedCertificates = List.copyOf(otherServedCertificates);
        requireSome("TLS versions", tlsVersions, TLS_VERSIONS);
        requireSome("application protocols", applicationProtocols, APPLICATION_PROTOCOLS);
        if (silence.toMillis() < 1) {
            throw new IllegalArgumentException("silence of " + silence + "; accepted is a millisecond or more");
        }
        if (drain.isNegative()) {
            throw new IllegalArgumentException("drain of " + drain + "; accepted is zero or more");
        }
        for (String certificate : otherServedCertificates) {
            if (!certificate.matches("[0-9a-f]{64}")) {
                throw new IllegalArgumentException("served certificate \"" + Excerpt.of(certificate)
                        + "\"; accepted is a SHA-256 in 64 lower-case hexadecimal digits");
            }
        }
    }

    /** Listens on the loopback address and a free port, with everything else at its widest, unless told otherwise. */
    public static Builder builder(Identity identity, Trust trust, Admission admission) {
        return builder(CredentialsSource.fixed(Credentials.of(identity, trust)), admission);
    }

    /** The same, with credentials that may change while the replica runs. */
    public static Builder builder(CredentialsSource credentials, Admission admission) {
        return new Builder(credentials, admission);
    }

    /** Collects settings; each starts with a default. */
    public static final class Builder {
        private final CredentialsSource credentials;
        private final Admission admission;
        private StoreOpener stores = ReplicaStore::onDisk;
        private CredentialsListener credentialsListener = CredentialsListener.none();
        private RevocationPolicy revocation = RevocationPolicy.OFF;
        private RevocationFetch revocationFetch = new HttpRevocationFetch();
        private InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        private List<String> tlsVersions = TLS_VERSIONS;
        private List<String> applicationProtocols = APPLICATION_PROTOCOLS;
        private InstantSource clock = InstantSource.system();
        private Duration silence = Duration.ofSeconds(30);
        private Duration drain = SHORT_DRAIN;
        private ReplicaScript script = new ReplicaScript();
        private List<String> otherServedCertificates = List.of();

        private Builder(CredentialsSource credentials, Admission admission) {
            this.credentials = credentials;
            this.admission = admission;
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

        /** Default: on the local disk. */
        public Builder stores(StoreOpener opener) {
            this.stores = opener;
            return this;
        }

        /** Default: 30 seconds. */
        public Builder silence(Duration longest) {
            this.silence = longest;
            return this;
        }

        /** Default: 600 milliseconds. */
        public Builder drain(Duration longest) {
            this.drain = longest;
            return this;
        }

        /** Default: an empty one, see {@link Replica#script}. */
        public Builder script(ReplicaScript lines) {
            this.script = lines;
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
                    admission,
                    stores,
                    listen,
                    tlsVersions,
                    applicationProtocols,
                    clock,
                    silence,
                    drain,
                    script,
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
