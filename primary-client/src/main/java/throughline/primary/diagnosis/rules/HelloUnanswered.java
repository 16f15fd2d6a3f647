package throughline.primary.diagnosis.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import throughline.primary.diagnosis.Confidence;
import throughline.primary.diagnosis.ConnectionCase;
import throughline.primary.diagnosis.Finding;
import throughline.primary.diagnosis.Rule;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.PathEvidence;
import throughline.primary.evidence.PathEvidence.Connected;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.TlsEvidence.AlertSeen;
import throughline.primary.evidence.TlsEvidence.HandshakeFailed;
import throughline.primary.evidence.TlsEvidence.HelloSent;
import throughline.primary.evidence.TlsEvidence.NotTlsReceived;
import throughline.primary.evidence.TlsEvidence.Sender;
import throughline.primary.evidence.TlsEvidence.ServerHelloReceived;
import throughline.primary.evidence.Witness;

/**
 * The connection stands, the hello goes out, and no ServerHello comes back: silence, or an end. Whose silence it is, this end
 * alone cannot tell: likely is only a tunnel that a proxy calls open, certain a hello that the replica says it has not received.
 */
final class HelloUnanswered extends Rule {
    HelloUnanswered() {
        super(
                "hello.unanswered",
                "the connection stands and nothing answers the ClientHello",
                Phase.HELLO,
                Set.of(Witness.SOCKET_TAP, Witness.CALL_EVENTS),
                Set.of("tls.inspected", "tls.terminated-at-replica-side"));
    }

    @Override
    public Optional<Finding> examine(ConnectionCase connection) {
        if (connection.succeeded() || somethingCame(connection)) {
            return Optional.empty();
        }
        Optional<HandshakeFailed> failed =
                connection.last(HandshakeFailed.class).filter(HelloUnanswered::tellsOfSilenceOrEnd);
        return failed.flatMap(ending -> connection.hello().flatMap(sent -> unanswered(connection, sent, ending)));
    }

    private static boolean somethingCame(ConnectionCase connection) {
        return connection.first(ServerHelloReceived.class).isPresent()
                || connection.first(NotTlsReceived.class).isPresent()
                || connection.all(AlertSeen.class).anyMatch(alert -> alert.sender() == Sender.PEER)
                || !connection.chain().isEmpty();
    }

    private static boolean tellsOfSilenceOrEnd(HandshakeFailed failed) {
        return switch (failed.failure().kind()) {
            case TIMED_OUT, RESET, CLOSED, BROKEN_PIPE -> true;
            case NAME_UNKNOWN,
                    REFUSED,
                    UNREACHABLE,
                    STREAM_REFUSED,
                    ALERT,
                    UNTRUSTED,
                    OTHER_NAME,
                    TLS,
                    HTTP,
                    CANCELLED,
                    OTHER -> false;
        };
    }

    private Optional<Finding> unanswered(ConnectionCase connection, HelloSent sent, HandshakeFailed ending) {
        Optional<HelloArrival> arrival = HelloArrival.of(connection);
        Optional<Evidence> tunnel = openedTunnel(connection);
        if (arrival.filter(HelloArrival::arrived).isPresent()) {
            return Optional.empty();
        }
        List<Evidence> because = new ArrayList<>();
        tunnel.or(() -> connection.last(Connected.class)).ifPresent(because::add);
        because.add(sent);
        because.add(ending);
        arrival.map(HelloArrival::evidence).ifPresent(because::add);
        return finding(
                arrival.isPresent() ? Confidence.CERTAIN : tunnel.isPresent() ? Confidence.LIKELY : Confidence.POSSIBLE,
                explanation(connection, ending, tunnel.isPresent(), arrival.isPresent()),
                tunnel.isPresent()
                        ? behindTheProxy(connection)
                        : (arrival.isPresent() ? "" : atTheReplica(connection)) + onTheWay(connection),
                because);
    }

    /** What the proxy, or the last of two, said when it opened the tunnel. */
    private static Optional<Evidence> openedTunnel(ConnectionCase connection) {
        return LastConnect.answer(connection)
                .<PathEvidence>map(answer -> answer)
                .or(() -> LastConnect.socksAnswer(connection))
                .filter(answer -> !answer.adverse())
                .map(answer -> answer);
    }

    private static String explanation(
            ConnectionCase connection, HandshakeFailed ending, boolean tunnel, boolean notReceived) {
        String replica = connection.setup().replica();
        String stands = tunnel
                ? "The proxy " + AskedProxy.of(connection, replica) + " called its tunnel to " + replica
                        + " open, but behind it"
                : "A connection to " + replica + " could be made, but on it";
        return stands + " no ServerHello came (" + ending.failure().text() + "). "
                + (notReceived
                        ? "The replica has not received our ClientHello: something before it took it."
                        : tunnel
                                ? "Some proxies call a tunnel open before they have tried to reach the replica."
                                : "Whether that is the replica's own doing or that of something before it, this end"
                                        + " cannot see.");
    }

    private static String atTheReplica(ConnectionCase connection) {
        return "See on the replica's own machine whether it answers there (openssl s_client -connect localhost:"
                + connection.setup().port() + "). If it does, something before it takes the hello. ";
    }

    private static String behindTheProxy(ConnectionCase connection) {
        return "On the machine of the proxy "
                + AskedProxy.of(connection, connection.setup().replica())
                + ", check that " + connection.setup().host() + " resolves, that port "
                + connection.setup().port()
                + " can be connected, and what the proxy's log says of this tunnel. If the proxy inspects HTTPS, exempt "
                + connection.setup().host() + ".";
    }

    private static String onTheWay(ConnectionCase connection) {
        String host = connection.setup().host();
        return "Find what answers in the replica's place on port "
                + connection.setup().port()
                + ": an inspecting proxy or firewall that ends sessions when the replica demands a client certificate"
                + " (exempt " + host + " there), a load balancer or relay that knows no way for the name " + host
                + ", or a filter of TLS hellos. Connections for that name have to reach the replica untouched.";
    }
}
