package throughline.primary.diagnosis.rules;

import java.util.Optional;
import throughline.primary.diagnosis.ConnectionCase;
import throughline.primary.evidence.PathEvidence;
import throughline.primary.evidence.PathEvidence.SocksAnswered;
import throughline.primary.evidence.PathEvidence.TunnelAnswered;
import throughline.primary.evidence.PathEvidence.TunnelFailed;

/**
 * What came of the last CONNECT request on a connection: earlier ones, as without credentials, are of no account any
 * more.
 */
final class LastConnect {
    private LastConnect() {}

    /** The proxy's answer; absent when there was none. */
    static Optional<TunnelAnswered> answer(ConnectionCase connection) {
        return outcome(connection).filter(TunnelAnswered.class::isInstance).map(TunnelAnswered.class::cast);
    }

    /** How it failed to be answered; absent when it was. */
    static Optional<TunnelFailed> failure(ConnectionCase connection) {
        return outcome(connection).filter(TunnelFailed.class::isInstance).map(TunnelFailed.class::cast);
    }

    /** What a SOCKS proxy answered last; absent when it was no SOCKS proxy, or did not answer. */
    static Optional<SocksAnswered> socksAnswer(ConnectionCase connection) {
        return outcome(connection).filter(SocksAnswered.class::isInstance).map(SocksAnswered.class::cast);
    }

    private static Optional<PathEvidence> outcome(ConnectionCase connection) {
        return connection
                .all(PathEvidence.class)
                .filter(piece -> piece instanceof TunnelAnswered
                        || piece instanceof TunnelFailed
                        || piece instanceof SocksAnswered)
                .reduce((earlier, later) -> later);
    }
}
