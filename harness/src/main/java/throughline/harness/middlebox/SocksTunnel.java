package throughline.harness.middlebox;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * A forward proxy that is asked with SOCKS 5 (RFC 1928) and then passes bytes; names are resolved here. It reports success
 * only after it has reached the replica.
 */
public final class SocksTunnel implements Middlebox {
    private final Entrance entrance;
    private final SocksSettings settings;

    private SocksTunnel(SocksSettings settings, Listening listening) {
        this.settings = settings;
        this.entrance = Entrance.open(MiddleboxKind.SOCKS_TUNNEL, listening, this::carry);
    }

    /**
     * Listens from now on.
     *
     * @throws IllegalArgumentException for an adversity that no SOCKS tunnel can have
     */
    public static SocksTunnel open(SocksSettings settings, Listening listening) {
        return new SocksTunnel(settings, listening);
    }

    @Override
    public MiddleboxKind kind() {
        return MiddleboxKind.SOCKS_TUNNEL;
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
        SocksFront front = new SocksFront(crossing, settings.credentials());
        Optional<Destination> target = front.admit();
        if (target.isEmpty()) {
            return;
        }
        Optional<Adversity.AnswerPage> page = crossing.adversity(Adversity.AnswerPage.class);
        if (page.isPresent()) {
            front.agree();
            OwnAnswer.send(page.get(), crossing);
        } else {
            connect(front, crossing, target.get());
        }
    }

    private void connect(SocksFront front, Crossing crossing, Destination target) throws IOException {
        Optional<InetSocketAddress> address = settings.routes().lookup(target.host(), target.port());
        if (!settings.access().permits(target.host())) {
            front.refuse(SocksFront.NOT_ALLOWED, "this proxy may not connect to " + target.host());
        } else if (address.isEmpty()) {
            front.refuse(SocksFront.HOST_UNREACHABLE, "the name " + target.host() + " cannot be resolved");
        } else {
            CountedSocket replica;
            try {
                replica = crossing.dial(address.get());
            } catch (IOException failed) {
                int reply = failed.getCause() instanceof IOException cause
                        ? SocksFront.replyTo(cause)
                        : SocksFront.HOST_UNREACHABLE;
                front.refuse(reply, String.valueOf(failed.getMessage()));
                return;
            }
            front.agree();
            crossing.pass(replica);
        }
    }
}
