package throughline.harness.middlebox;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import throughline.certs.ForgedLeaf;
import throughline.identity.Identity;

/**
 * An inspecting proxy: it shows the client a certificate of its own making for the name asked for, ends the client's TLS
 * session, and sends the requests on in a session of its own with the replica, for which it has no client certificate. Asked
 * with CONNECT it says 200 before it has reached anybody, unless it is to look first. When the replica fails, the client is
 * told with {@code 502 Proxy Error} inside its session; what becomes of a demand for a client certificate is a setting.
 *
 * <p>Exempt hosts are passed untouched, as a {@link Tunnel} or a {@link Relay} would.
 */
public final class Inspector implements Middlebox {
    static final String AGENT = "throughline-inspector";

    private final Entrance entrance;
    private final InspectorSettings settings;

    private Inspector(InspectorSettings settings, Listening listening) {
        this.settings = settings;
        this.entrance = Entrance.open(settings.kind(), listening, this::carry);
    }

    /** Listens from now on. Each step before the first request has to be done within 10 seconds. */
    public static Inspector open(InspectorSettings settings) {
        return open(settings, Listening.onLoopback());
    }

    static Inspector open(InspectorSettings settings, Duration patience) {
        return open(settings, Listening.onLoopback().patience(patience));
    }

    /**
     * Listens from now on.
     *
     * @throws IllegalArgumentException for an adversity that no inspector of this mode can have
     */
    public static Inspector open(InspectorSettings settings, Listening listening) {
        return new Inspector(settings, listening);
    }

    @Override
    public MiddleboxKind kind() {
        return settings.kind();
    }

    @Override
    public InetSocketAddress address() {
        return entrance.address();
    }

    @Override
    public List<Passage> passages() {
        return entrance.passages();
    }

    @Override
    public void close() {
        entrance.close();
    }

    private void carry(Crossing crossing) throws IOException {
        switch (settings.mode()) {
            case EXPLICIT -> carryAsked(crossing);
            case TRANSPARENT -> carryUnasked(crossing);
        }
    }

    private void carryAsked(Crossing crossing) throws IOException {
        ConnectFront front = new ConnectFront(crossing, settings.appearance(), Optional.empty());
        Optional<Destination> admitted = front.admit();
        if (admitted.isEmpty()) {
            return;
        }
        Destination target = admitted.get();
        FirstLook look = look(crossing, target);
        if (refusesAfterProbe(target, look)) {
            front.refuse(answer(look, target));
        } else if (passesUntouched(target, look)) {
            Optional<CountedSocket> replica = front.dial(settings.routes(), target);
            if (replica.isPresent()) {
                front.agree();
                crossing.pass(replica.get());
            }
        } else if (look.failure().isPresent()
                && settings.whenClientCertificateDemanded() == WhenClientCertificateDemanded.REFUSE_CONNECT) {
            front.refuse(answer(look, target));
        } else {
            front.agree();
            inspect(crossing, target, look);
        }
    }

    private void carryUnasked(Crossing crossing) throws IOException {
        CountedSocket client = crossing.client();
        client.limitReading(crossing.patience());
        Destination target = OpeningHello.destination(client, settings.unnamed());
        crossing.target(target);
        FirstLook look = look(crossing, target);
        if (refusesAfterProbe(target, look)) {
            throw new IOException("the probe failed: " + look.failure().orElse(""));
        } else if (passesUntouched(target, look)) {
            crossing.pass(crossing.dialBy(settings.routes(), target));
        } else {
            inspect(crossing, target, look);
        }
    }

    private boolean passesUntouched(Destination target, FirstLook look) {
        return settings.exempts(target.host()) || (look.demanded() && stepsAside());
    }

    private boolean stepsAside() {
        return settings.whenClientCertificateDemanded() == WhenClientCertificateDemanded.STEP_ASIDE;
    }

    private boolean refusesAfterProbe(Destination target, FirstLook look) {
        return settings.exempts(target.host()) && settings.probe().refuses(look);
    }

    private OwnAnswer answer(FirstLook look, Destination target) {
        return settings.appearance()
                .answer(
                        look.fault().orElse(ReplicaFault.FAILED),
                        target,
                        look.failure().orElse("the probe was not finished"));
    }

    private FirstLook look(Crossing crossing, Destination target) {
        if (settings.exempts(target.host())) {
            return switch (settings.probe()) {
                case NONE -> FirstLook.none();
                case UNCHECKED -> FirstLook.at(crossing, settings.ends().unchecked(), target);
                case CHECKED, REQUIRED -> FirstLook.at(crossing, settings.ends(), target);
            };
        }
        if (!(settings.whenClientCertificateDemanded().looksFirst() || settings.mimics())) {
            return FirstLook.none();
        }
        // Whoever steps aside leaves it to the client to judge the certificate.
        TlsEnds ends = stepsAside() ? settings.ends().unchecked() : settings.ends();
        return FirstLook.at(crossing, ends, target);
    }

    private void inspect(Crossing crossing, Destination target, FirstLook look) throws IOException {
        crossing.treat(Treatment.TERMINATED);
        if (look.demanded() && turnsAway(crossing)) {
            return;
        }
        if (settings.forwardsHello()) {
            ForwardedHello.send(crossing, settings.routes(), target);
        }
        ClientSession client = ClientSession.open(crossing, leaf(target.host(), look), settings.ends());
        new Inspection(crossing, settings.ends(), target, client).run();
    }

    /** Ends the connection behind the client's hello, if that is what is done before a demand. */
    private boolean turnsAway(Crossing crossing) throws IOException {
        boolean drops = settings.whenClientCertificateDemanded() == WhenClientCertificateDemanded.DROP;
        if (!drops && settings.whenClientCertificateDemanded() != WhenClientCertificateDemanded.RESET) {
            return false;
        }
        // Not its name: an explicit box was told one, and a client sends none for an address or a bare host name.
        OpeningHello.bytes(crossing.client());
        crossing.note("the replica demands a client certificate");
        if (drops) {
            crossing.part();
        } else {
            crossing.reset();
        }
        return true;
    }

    /** Minted anew each time, so that it is valid however long the box has been open. */
    private Identity leaf(String host, FirstLook look) throws IOException {
        Optional<ForgedLeaf> shape = settings.appearance().leaf();
        Optional<X509Certificate> original = look.leaf().filter(any -> settings.mimicsLeaf());
        if (settings.shown().isPresent()) {
            return settings.shown().get();
        }
        try {
            if (shape.isPresent()) {
                return settings.authority().forge(host, look.leaf().filter(any -> look.finished()), shape.get());
            }
            return original.isPresent()
                    ? settings.authority().lookAlike(original.get())
                    : settings.authority().leafFor(host);
        } catch (IllegalArgumentException notAName) {
            throw new IOException("no certificate can be minted: " + notAName.getMessage(), notAName);
        }
    }
}
