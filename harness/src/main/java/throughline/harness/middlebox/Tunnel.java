package throughline.harness.middlebox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import throughline.identity.TlsContexts;

/**
 * A forward proxy that answers CONNECT (RFC 9110, 9.3.6) and then passes bytes. Unless told otherwise it says 200 only after
 * it has reached the replica. A host it does not permit gets 403, missing or wrong credentials 407 on a connection that stays
 * open, and both a name that leads nowhere and a replica that cannot be reached get 502; other methods get 405.
 */
public final class Tunnel implements Middlebox {
    private static final String AGENT = "throughline-tunnel";

    private final Entrance entrance;
    private final TunnelSettings settings;
    private final Optional<Login> login;

    private Tunnel(TunnelSettings settings, Listening listening) {
        this.settings = settings;
        this.login = settings.credentials().map(wanted -> new Login(wanted, settings.schemes()));
        this.entrance = Entrance.open(MiddleboxKind.TUNNEL, listening, this::carry);
    }

    /** Listens from now on. A request's head has to be complete within 10 seconds, and the replica to be reached within 10 more. */
    public static Tunnel open(TunnelSettings settings) {
        return open(settings, Listening.onLoopback());
    }

    static Tunnel open(TunnelSettings settings, Duration patience) {
        return open(settings, Listening.onLoopback().patience(patience));
    }

    /**
     * Listens from now on.
     *
     * @throws IllegalArgumentException for an adversity that no tunnel can have
     */
    public static Tunnel open(TunnelSettings settings, Listening listening) {
        return new Tunnel(settings, listening);
    }

    @Override
    public MiddleboxKind kind() {
        return MiddleboxKind.TUNNEL;
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
        if (settings.tls().isPresent()) {
            shakeHands(crossing);
        }
        ConnectFront front = new ConnectFront(crossing, AGENT, login);
        Optional<Destination> target = front.admit();
        Optional<Adversity.AnswerPage> page = crossing.adversity(Adversity.AnswerPage.class);
        if (target.isPresent() && page.isPresent()) {
            OwnAnswer.send(page.get(), crossing);
        } else if (target.isPresent()) {
            connect(front, crossing, target.get());
        }
    }

    private void shakeHands(Crossing crossing) throws IOException {
        CountedSocket raw = crossing.client();
        raw.limitReading(crossing.patience());
        SSLSocket session = (SSLSocket) TlsContexts.context(
                        settings.tls().orElseThrow().keyManager(), new ReplicaIdentityCheck(Optional.empty()))
                .getSocketFactory()
                .createSocket(raw, null, true);
        try {
            session.startHandshake();
        } catch (IOException broken) {
            throw new IOException("no TLS session with the client: " + broken.getMessage(), broken);
        }
        crossing.layer(session);
    }

    private void connect(ConnectFront front, Crossing crossing, Destination target) throws IOException {
        if (!settings.access().permits(target.host())) {
            front.refuse(OwnAnswer.of(403, "This proxy may not connect to " + target.host() + "."));
            return;
        }
        if (settings.answersBeforeDialling()) {
            front.agree();
            crossing.pass(
                    settings.parent().isPresent()
                            ? askParent(crossing, settings.parent().get(), target)
                            : crossing.dialBy(settings.routes(), target));
            return;
        }
        Optional<CountedSocket> next = settings.parent().isPresent()
                ? throughParent(front, crossing, settings.parent().get(), target)
                : front.dial(settings.routes(), target);
        if (next.isPresent()) {
            front.agree();
            crossing.pass(next.get());
        }
    }

    private static Optional<CountedSocket> throughParent(
            ConnectFront front, Crossing crossing, ParentProxy parent, Destination target) throws IOException {
        try {
            return Optional.of(askParent(crossing, parent, target));
        } catch (IOException failed) {
            front.refuse(OwnAnswer.of(502, failed.getMessage() + "."));
            return Optional.empty();
        }
    }

    private static CountedSocket askParent(Crossing crossing, ParentProxy parent, Destination target)
            throws IOException {
        String failure;
        try {
            CountedSocket next = crossing.dial(parent.address());
            next.limitReading(crossing.patience());
            next.getOutputStream().write(request(parent, target).bytes());
            Optional<HttpHead> answer = HttpHead.read(next.getInputStream());
            int status = answer.isPresent() ? StatusLine.of(answer.get()).status() : 0;
            if (status / 100 == 2) {
                return next;
            }
            failure = status == 0 ? "the parent proxy left without an answer" : "the parent proxy answered " + status;
        } catch (IOException broken) {
            failure = "the parent proxy failed: " + broken.getMessage();
        }
        throw new IOException("Through " + Destination.of(parent.address()) + ": " + failure);
    }

    private static HttpHead request(ParentProxy parent, Destination target) {
        List<HttpHead.Field> fields = new ArrayList<>();
        fields.add(new HttpHead.Field("Host", target.toString()));
        fields.add(new HttpHead.Field("Via", "1.1 " + AGENT));
        parent.credentials().ifPresent(pair -> {
            byte[] text = (pair.user() + ":" + pair.password()).getBytes(UTF_8);
            fields.add(new HttpHead.Field(
                    "Proxy-Authorization", "Basic " + Base64.getEncoder().encodeToString(text)));
        });
        return new HttpHead("CONNECT " + target + " HTTP/1.1", fields);
    }
}
