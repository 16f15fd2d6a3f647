package throughline.primary;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import throughline.identity.Credentials;
import throughline.identity.CredentialsListener;
import throughline.identity.CredentialsSource;
import throughline.identity.Identity;
import throughline.identity.Trust;
import throughline.identity.revocation.RevocationPolicy;
import throughline.primary.dial.HostPort;
import throughline.primary.dial.NameResolver;
import throughline.primary.dial.ProxySettings;
import throughline.primary.dial.TimeLimits;

/**
 * What a primary is told. Only the replica's address has no default.
 *
 * @param replica {@code https://host:port}; port 443 where none is given
 * @param credentials the client certificate with its key, without which a replica will refuse; and which authorities may
 *     have issued the replica's certificate. Asked again before each attempt. By default no certificate, and the
 *     platform's authorities
 * @param credentialsListener is told when they change between attempts
 * @param revocation what becomes of a replica's certificate that is revoked, or of which nobody says that it is not. CRLs and
 *     OCSP answers are fetched through the same proxy. {@code OFF} by default; otherwise no TLS session is resumed
 * @param expectedReplica what is known of the replica's key
 * @param directControl whether a failed attempt through a proxy may be compared with a direct connection. Off by default:
 *     it may break a rule of the network
 * @param tlsVersions as JSSE names them, preferred first
 * @param http2 whether HTTP/2 is offered beside HTTP/1.1. Off by default: content costs either end about a quarter less
 *     processor time over HTTP/1.1, where each transfer has a connection of its own anyway
 */
public record ClientSettings(
        URI replica,
        CredentialsSource credentials,
        CredentialsListener credentialsListener,
        RevocationPolicy revocation,
        ExpectedReplica expectedReplica,
        ProxySettings proxy,
        boolean directControl,
        TimeLimits limits,
        List<String> tlsVersions,
        boolean http2,
        NameResolver resolver,
        InstantSource clock) {

    private static final Pattern NAME_THAT_IS_NOT_ASCII = Pattern.compile("([^\\[\\]@:]+)((?::[0-9]{1,5})?)");

    public ClientSettings {
        replica = inAscii(replica);
        if (!"https".equalsIgnoreCase(replica.getScheme()) || replica.getHost() == null) {
            throw new IllegalArgumentException("replica \"" + replica + "\"; accepted is https://host:port");
        }
        if (replica.getPort() == 0 || replica.getPort() > 65535) {
            throw new IllegalArgumentException("replica \"" + replica + "\"; accepted is a port from 1 to 65535");
        }
        String path = replica.getRawPath();
        if ((path != null && !path.isEmpty() && !path.equals("/"))
                || replica.getRawQuery() != null
                || replica.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "replica address with a path, a query or a user name; accepted is https://host:port");
        }
        if (tlsVersions.isEmpty()) {
            throw new IllegalArgumentException("no TLS version; accepted are TLSv1.2 and TLSv1.3");
        }
        tlsVersions = List.copyOf(tlsVersions);
    }

    /** A URI has no host where the name is not ASCII (RFC 3986 section 3.2.2). */
    private static URI inAscii(URI replica) {
        Matcher name = NAME_THAT_IS_NOT_ASCII.matcher(Objects.requireNonNullElse(replica.getRawAuthority(), ""));
        if (replica.getHost() != null || !name.matches()) {
            return replica;
        }
        String scheme = replica.getScheme() == null ? "" : replica.getScheme() + "://";
        try {
            String after = Objects.requireNonNullElse(replica.getRawPath(), "")
                    + (replica.getRawQuery() == null ? "" : "?" + replica.getRawQuery());
            return new URI(scheme + HostPort.ascii(name.group(1)) + name.group(2) + after);
        } catch (IllegalArgumentException | URISyntaxException noName) {
            return replica;
        }
    }

    public static Builder to(URI replica) {
        return new Builder(replica);
    }

    /** The replica's name or address, without brackets. */
    public String host() {
        String host = replica.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    public int port() {
        return replica.getPort() < 0 ? 443 : replica.getPort();
    }

    /** Collects what differs from the defaults. */
    public static final class Builder {
        private final URI replica;
        private Optional<Identity> identity = Optional.empty();
        private Optional<Trust> trust = Optional.empty();
        private Optional<CredentialsSource> credentials = Optional.empty();
        private CredentialsListener credentialsListener = CredentialsListener.none();
        private RevocationPolicy revocation = RevocationPolicy.OFF;
        private ExpectedReplica expectedReplica = ExpectedReplica.unknown();
        private ProxySettings proxy = ProxySettings.direct();
        private boolean bypassProxy;
        private boolean directControl;
        private TimeLimits limits = TimeLimits.defaults();
        private List<String> tlsVersions = List.of("TLSv1.3", "TLSv1.2");
        private boolean http2;
        private NameResolver resolver = NameResolver.system();
        private InstantSource clock = InstantSource.system();

        private Builder(URI replica) {
            this.replica = replica;
        }

        public Builder identity(Identity clientCertificate) {
            identity = Optional.of(clientCertificate);
            return this;
        }

        public Builder trust(Trust authorities) {
            trust = Optional.of(authorities);
            return this;
        }

        public Builder revocation(RevocationPolicy policy) {
            revocation = policy;
            return this;
        }

        /** In place of {@link #identity} and {@link #trust}: credentials that may change between attempts. */
        public Builder credentials(CredentialsSource source) {
            credentials = Optional.of(source);
            return this;
        }

        public Builder credentialsListener(CredentialsListener listener) {
            credentialsListener = listener;
            return this;
        }

        public Builder expectedReplica(ExpectedReplica expected) {
            expectedReplica = expected;
            return this;
        }

        public Builder proxy(ProxySettings settings) {
            proxy = settings;
            return this;
        }

        /** Whether this replica is reached directly, whatever proxy is given; false by default. */
        public Builder bypassProxy(boolean bypassed) {
            bypassProxy = bypassed;
            return this;
        }

        public Builder directControl(boolean allowed) {
            directControl = allowed;
            return this;
        }

        public Builder limits(TimeLimits timeLimits) {
            limits = timeLimits;
            return this;
        }

        public Builder tlsVersions(String... versions) {
            tlsVersions = List.of(versions);
            return this;
        }

        public Builder http2(boolean offered) {
            http2 = offered;
            return this;
        }

        public Builder resolver(NameResolver names) {
            resolver = names;
            return this;
        }

        public Builder clock(InstantSource source) {
            clock = source;
            return this;
        }

        public ClientSettings build() {
            return new ClientSettings(
                    replica,
                    source(),
                    credentialsListener,
                    revocation,
                    expectedReplica,
                    bypassProxy ? ProxySettings.direct() : proxy,
                    directControl,
                    limits,
                    tlsVersions,
                    http2,
                    resolver,
                    clock);
        }

        private CredentialsSource source() {
            if (credentials.isPresent() && (identity.isPresent() || trust.isPresent())) {
                throw new IllegalArgumentException(
                        "a source of credentials beside an identity or a trust;" + " accepted is the one or the other");
            }
            return credentials.orElseGet(
                    () -> CredentialsSource.fixed(new Credentials(identity, trust.orElseGet(Trust::platform))));
        }
    }
}
