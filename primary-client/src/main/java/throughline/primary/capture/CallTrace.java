package throughline.primary.capture;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.Handshake;
import okhttp3.Protocol;
import org.jspecify.annotations.Nullable;
import throughline.identity.Fingerprint;
import throughline.identity.TlsExporter;
import throughline.primary.evidence.CertificateFacts;
import throughline.primary.evidence.ExchangeEvidence.Exchange;
import throughline.primary.evidence.ExchangeEvidence.ExchangeFailed;
import throughline.primary.evidence.Failure;
import throughline.primary.evidence.PathEvidence.Leg;
import throughline.primary.evidence.PathEvidence.NameResolved;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.TlsEvidence.HandshakeFailed;
import throughline.primary.evidence.TlsEvidence.HandshakeFinished;

/** Follows one HTTP call through its connections. A call is retried by OkHttp on other connections; each is noted. */
public final class CallTrace extends EventListener {
    private final Watch watch;
    private final AttemptLog attempt;
    private final Exchange exchange;
    private final boolean direct;
    private final BooleanSupplier givenUp;
    private final long startedNanos = System.nanoTime();
    private final Duration handshakeLimit;
    private final Duration answerLimit;
    private volatile @Nullable ConnectionLog current;
    private volatile boolean failureNoted;
    private volatile boolean sendingStopped;

    /**
     * Follows a call.
     *
     * @param direct whether the name of the replica is resolved here; through a proxy, the proxy resolves it
     * @param handshakeLimit how long TLS may take
     * @param answerLimit how long the other end may be silent after that
     * @param givenUp whether we have ended the call ourselves: what fails then, fails because of that
     */
    public CallTrace(
            Watch watch,
            AttemptLog attempt,
            Exchange exchange,
            boolean direct,
            Duration handshakeLimit,
            Duration answerLimit,
            BooleanSupplier givenUp) {
        this.watch = watch;
        this.attempt = attempt;
        this.exchange = exchange;
        this.direct = direct;
        this.handshakeLimit = handshakeLimit;
        this.answerLimit = answerLimit;
        this.givenUp = () -> watch.givenUp() || givenUp.getAsBoolean();
    }

    /** The trace travels as the request's tag. */
    public static EventListener.Factory factory() {
        return call -> Optional.<EventListener>ofNullable(call.request().tag(CallTrace.class))
                .orElse(EventListener.NONE);
    }

    public Exchange exchange() {
        return exchange;
    }

    /** The connection got for the call is not used for it yet. That ends the call, but nothing has failed. */
    public void putOff() {
        failureNoted = true;
    }

    /** Nothing more of the request's body is sent, which is no failure. That of the answer is still noted. */
    public void stopSending() {
        sendingStopped = true;
    }

    /** The connection that carried the call last; absent when none was ever acquired. */
    public Optional<ConnectionLog> connection() {
        return Optional.ofNullable(current);
    }

    /** Notes what came of the call on the connection that carried it last. */
    public void note(Observation observation) {
        attempt.note(connection().orElseGet(ConnectionLog::new), observation);
    }

    public Duration took() {
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }

    @Override
    public void dnsEnd(Call call, String domainName, List<InetAddress> addresses) {
        if (direct) {
            List<String> shown =
                    addresses.stream().map(InetAddress::getHostAddress).toList();
            attempt.note((number, after) -> new NameResolved(number, after, Leg.REPLICA, domainName, shown));
        }
    }

    @Override
    public void connectStart(Call call, InetSocketAddress address, Proxy proxy) {
        watch.expect(address, attempt);
    }

    @Override
    public void connectFailed(
            Call call, InetSocketAddress address, Proxy proxy, @Nullable Protocol protocol, IOException thrown) {
        // Before TLS the dialer has noted the failure itself.
        attempt.openedTo(address).filter(ConnectionLog::tlsStarted).ifPresent(connection -> {
            Failure failure = Failures.within(
                    handshakeLimit,
                    "the TLS handshake with the replica",
                    Failures.of(givenUp.getAsBoolean(), thrown),
                    thrown);
            Phase phase = connection.reached();
            connection.note((number, after) -> new HandshakeFailed(number, after, phase, failure));
        });
    }

    @Override
    public void connectionAcquired(Call call, Connection acquired) {
        watch.of(acquired.socket()).ifPresent(connection -> {
            current = connection;
            failureNoted = false;
            attempt.used(connection);
            if (connection.handshakeToBeNoted()) {
                noteHandshake(connection, acquired);
            }
        });
    }

    private static void noteHandshake(ConnectionLog connection, Connection acquired) {
        Handshake handshake = acquired.handshake();
        if (handshake == null) {
            return;
        }
        List<CertificateFacts> chain = handshake.peerCertificates().stream()
                .filter(X509Certificate.class::isInstance)
                .map(certificate -> CertificateFacts.of((X509Certificate) certificate))
                .toList();
        String version = handshake.tlsVersion().javaName();
        String cipherSuite = handshake.cipherSuite().javaName();
        Optional<String> binding = channelBinding(acquired);
        connection.note((number, after) -> new HandshakeFinished(number, after, version, cipherSuite, chain, binding));
    }

    private static Optional<String> channelBinding(Connection acquired) {
        if (acquired.socket() instanceof SSLSocket tls) {
            SSLSession session = tls.getSession();
            return TlsExporter.channelBinding(session).map(Fingerprint::sha256);
        }
        return Optional.empty();
    }

    @Override
    public void requestFailed(Call call, IOException thrown) {
        if (!sendingStopped) {
            noteFailure(thrown);
        }
    }

    @Override
    public void responseFailed(Call call, IOException thrown) {
        noteFailure(thrown);
    }

    @Override
    public void callFailed(Call call, IOException thrown) {
        noteFailure(thrown);
    }

    private void noteFailure(IOException thrown) {
        ConnectionLog connection = current;
        if (connection == null || failureNoted) {
            return;
        }
        failureNoted = true;
        Failure failure = failure(thrown);
        Duration took = took();
        attempt.note(connection, (number, after) -> new ExchangeFailed(number, after, exchange, failure, took));
    }

    /** As evidence; where it was waited for too long, with what was waited for. */
    private Failure failure(IOException thrown) {
        String step = exchange == Exchange.ANNOUNCE ? "the first answer" : "a byte to move";
        return Failures.within(answerLimit, step, Failures.of(givenUp.getAsBoolean(), thrown), thrown);
    }
}
