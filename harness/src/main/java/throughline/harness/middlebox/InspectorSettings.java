package throughline.harness.middlebox;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import throughline.certs.CertificateAuthority;
import throughline.certs.ForgedLeaf;
import throughline.identity.Identity;
import throughline.identity.Trust;

/**
 * What an {@link Inspector} shows to clients, whom it believes, and whom it leaves alone.
 *
 * @param authority mints the certificates that clients are shown
 * @param replicaTrust what the replica's certificate is checked against, name included; absent when it is not checked
 * @param unnamed where a hello leads that names nobody, and by which name it is inspected; absent where such a connection is
 *     closed. Transparent only: an explicit inspector is told by CONNECT
 * @param exempt hosts that are passed untouched, whatever the port
 * @param own what it presents to a replica that asks; present where {@code whenClientCertificateDemanded} says so
 * @param shown what clients are shown in place of a minted certificate; present with {@code ESCROW}
 * @param forwardsHello sends the client's hello to the replica as it came, before it forges, as squid does that peeks
 * @param mimicsLeaf looks first, and copies the replica's certificate as far as an authority can
 * @param http which HTTP is spoken, the same on both sides
 * @param changes what becomes of header fields; HTTP/1.1 only
 * @param buffersBodies sends a request on when it has all of it; HTTP/1.1 only
 * @param whenDemandedLate what it does instead for a replica that ends the session behind the handshake, as with TLS 1.3
 * @param probe before a host that is passed untouched
 */
public record InspectorSettings(
        Routes routes,
        CertificateAuthority authority,
        Optional<Trust> replicaTrust,
        InspectorMode mode,
        Optional<InetSocketAddress> unnamed,
        Set<String> exempt,
        WhenClientCertificateDemanded whenClientCertificateDemanded,
        Optional<Identity> own,
        Optional<Identity> shown,
        boolean forwardsHello,
        boolean mimicsLeaf,
        InspectorHttp http,
        HeaderChanges changes,
        boolean buffersBodies,
        Optional<WhenClientCertificateDemanded> whenDemandedLate,
        Probe probe,
        Appearance appearance) {
    public InspectorSettings {
        exempt = exempt.stream().map(HostForm::listed).collect(toUnmodifiableSet());
        if (whenClientCertificateDemanded == WhenClientCertificateDemanded.REFUSE_CONNECT
                && mode == InspectorMode.TRANSPARENT) {
            throw new IllegalArgumentException("refuse-connect with a transparent inspector; it is sent no CONNECT");
        }
        if (own.isPresent() != whenClientCertificateDemanded.presents()) {
            throw new IllegalArgumentException(
                    whenClientCertificateDemanded.word() + ", and its own client certificate is missing or too much");
        }
        if (shown.isPresent() != (whenClientCertificateDemanded == WhenClientCertificateDemanded.ESCROW)) {
            throw new IllegalArgumentException(
                    whenClientCertificateDemanded.word() + ", and the replica's identity is missing or too much");
        }
        whenDemandedLate.filter(late -> late.looksFirst() || late.presents()).ifPresent(late -> {
            throw new IllegalArgumentException(
                    late.word() + " behind the handshake; accepted are answer-502, hang, go-on-without");
        });
        if (http == InspectorHttp.AS_CLIENT
                && (changes.touchFields()
                        || buffersBodies
                        || appearance.longestDeclared().isPresent())) {
            throw new IllegalArgumentException(
                    "HTTP/2 with changed headers, buffered or limited bodies; accepted is one of them: frames are not decoded");
        }
    }

    /**
     * Explicit, with nothing exempt and an answer when a client certificate is demanded, unless told otherwise.
     *
     * @param replicaTrust what the replica's certificate is checked against
     */
    public static Builder builder(Routes routes, CertificateAuthority authority, Trust replicaTrust) {
        return new Builder(routes, authority, replicaTrust);
    }

    MiddleboxKind kind() {
        return switch (mode) {
            case EXPLICIT -> MiddleboxKind.INSPECTOR;
            case TRANSPARENT -> MiddleboxKind.TRANSPARENT_INSPECTOR;
        };
    }

    TlsEnds ends() {
        return new TlsEnds(
                routes,
                replicaTrust,
                own,
                shown.isPresent(),
                http,
                changes,
                buffersBodies,
                whenClientCertificateDemanded,
                whenDemandedLate,
                appearance);
    }

    /** Whether it has to have seen the replica's certificate to make its own. */
    boolean mimics() {
        return appearance.leaf().map(ForgedLeaf::copiesServer).orElse(mimicsLeaf);
    }

    boolean exempts(String host) {
        return exempt.contains(HostForm.of(host));
    }

    /** Collects the settings. */
    public static final class Builder {
        private final Routes routes;
        private final CertificateAuthority authority;
        private final Set<String> exempt = new HashSet<>();
        private final List<HeaderField> added = new ArrayList<>();
        private final Set<String> removed = new HashSet<>();
        private Optional<Trust> replicaTrust;
        private InspectorMode mode = InspectorMode.EXPLICIT;
        private Optional<InetSocketAddress> unnamed = Optional.empty();
        private WhenClientCertificateDemanded whenDemanded = WhenClientCertificateDemanded.ANSWER_502;
        private Optional<Identity> own = Optional.empty();
        private Optional<Identity> shown = Optional.empty();
        private boolean forwardsHello;
        private boolean mimicsLeaf;
        private InspectorHttp http = InspectorHttp.HTTP_1_1;
        private Optional<String> via = Optional.of(Inspector.AGENT);
        private boolean buffersBodies;
        private final List<HeaderField> toReplica = new ArrayList<>();
        private final List<HeaderField> toClient = new ArrayList<>();
        private boolean forwardedFor;
        private Optional<WhenClientCertificateDemanded> whenDemandedLate = Optional.empty();
        private Probe probe = Probe.NONE;
        private Optional<ForgedLeaf> leaf = Optional.empty();
        private final Map<ReplicaFault, Wording> wordings = new EnumMap<>(ReplicaFault.class);
        private Optional<Appearance.LongestDeclared> longestDeclared = Optional.empty();
        private String connectReason = Appearance.CONNECT_REASON;
        private Optional<String> agent = Optional.of(Inspector.AGENT);

        private Builder(Routes routes, CertificateAuthority authority, Trust replicaTrust) {
            this.routes = routes;
            this.authority = authority;
            this.replicaTrust = Optional.of(replicaTrust);
        }

        public Builder mode(InspectorMode chosen) {
            mode = chosen;
            return this;
        }

        /** Where a hello leads that names nobody, as for an address or for {@code localhost} (RFC 6066, 3). */
        public Builder unnamedTo(InetSocketAddress target) {
            unnamed = Optional.of(target);
            return this;
        }

        /** Adds a host, whatever the port. */
        public Builder exempt(String host) {
            exempt.add(host);
            return this;
        }

        /** One of those that need no certificate. */
        public Builder whenClientCertificateDemanded(WhenClientCertificateDemanded chosen) {
            whenDemanded = chosen;
            return this;
        }

        /** Presents this to a replica that asks. */
        public Builder presentOwn(Identity accepted) {
            whenDemanded = WhenClientCertificateDemanded.PRESENT_OWN;
            own = Optional.of(accepted);
            return this;
        }

        /** Shows clients the replica's own certificate, asks them for theirs, and presents another one to the replica. */
        public Builder escrow(Identity replica, Identity accepted) {
            whenDemanded = WhenClientCertificateDemanded.ESCROW;
            shown = Optional.of(replica);
            own = Optional.of(accepted);
            return this;
        }

        /** Believes every certificate on the replica's side, as a carelessly configured proxy does. */
        public Builder trustEveryReplica() {
            replicaTrust = Optional.empty();
            return this;
        }

        public Builder forwardHello() {
            forwardsHello = true;
            return this;
        }

        public Builder mimicLeaf() {
            mimicsLeaf = true;
            return this;
        }

        public Builder http(InspectorHttp spoken) {
            http = spoken;
            return this;
        }

        /** The name in {@code Via} (RFC 9110, 7.6.3). */
        public Builder via(String name) {
            via = Optional.of(name);
            return this;
        }

        /** Leaves no {@code Via}, as mitmproxy does. */
        public Builder withoutVia() {
            via = Optional.empty();
            return this;
        }

        /** Adds a field to every request and answer, in place of those of its name. */
        public Builder addHeader(String name, String value) {
            added.add(new HeaderField(name, value));
            return this;
        }

        /** Takes the fields of this name out of every request and answer. */
        public Builder removeHeader(String name) {
            removed.add(name);
            return this;
        }

        public Builder bufferBodies() {
            buffersBodies = true;
            return this;
        }

        /** Adds a field to every request, in place of those of its name. */
        public Builder addRequestHeader(String name, String value) {
            toReplica.add(new HeaderField(name, value));
            return this;
        }

        /** Adds a field to every answer, in place of those of its name. */
        public Builder addAnswerHeader(String name, String value) {
            toClient.add(new HeaderField(name, value));
            return this;
        }

        /** Tells the replica the client's address, in {@code X-Forwarded-For}. */
        public Builder forwardClientAddress() {
            forwardedFor = true;
            return this;
        }

        /** For a replica that ends the session behind the handshake; one of those that neither look first nor present. */
        public Builder whenDemandedLate(WhenClientCertificateDemanded chosen) {
            whenDemandedLate = Optional.of(chosen);
            return this;
        }

        /** Before a host that is passed untouched. */
        public Builder probe(Probe chosen) {
            probe = chosen;
            return this;
        }

        /** What the certificates say that it shows, beginning with {@link ForgedLeaf#plain}. */
        public Builder leaf(UnaryOperator<ForgedLeaf> change) {
            leaf = Optional.of(change.apply(leaf.orElseGet(ForgedLeaf::plain)));
            return this;
        }

        /** What it answers when the replica fails in this way, beginning with {@link Wording#OWN}. */
        public Builder wording(ReplicaFault fault, UnaryOperator<Wording> change) {
            wordings.put(fault, change.apply(wordings.getOrDefault(fault, Wording.OWN)));
            return this;
        }

        /** The largest Content-Length that it lets pass. */
        public Builder longestDeclared(Appearance.LongestDeclared limit) {
            longestDeclared = Optional.of(limit);
            return this;
        }

        /** Behind the 200 to CONNECT. */
        public Builder connectReason(String reason) {
            connectReason = reason;
            return this;
        }

        /** How it calls itself in answers to CONNECT; absent for not at all. */
        public Builder agent(Optional<String> name) {
            agent = name;
            return this;
        }

        public InspectorSettings build() {
            return new InspectorSettings(
                    routes,
                    authority,
                    replicaTrust,
                    mode,
                    unnamed,
                    exempt,
                    whenDemanded,
                    own,
                    shown,
                    forwardsHello,
                    mimicsLeaf,
                    http,
                    new HeaderChanges(via, added, removed, toReplica, toClient, forwardedFor),
                    buffersBodies,
                    whenDemandedLate,
                    probe,
                    new Appearance(leaf, wordings, longestDeclared, connectReason, agent));
        }
    }
}
