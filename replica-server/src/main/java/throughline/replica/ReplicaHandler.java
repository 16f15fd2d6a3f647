package throughline.replica;

import java.time.Duration;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import throughline.replica.view.HandshakeLog;

/** Version 1 of the protocol over HTTP: every request gets the answer that {@code docs/wire.md} has for it. */
final class ReplicaHandler extends Handler.Abstract {
    private final ReplicaParts parts;
    private final Exchanges exchanges;
    private final KeptConnections kept;
    private final WorkThreads threads;
    private final Consumer<Duration> restart;

    ReplicaHandler(
            ReplicaParts parts,
            Exchanges exchanges,
            KeptConnections kept,
            WorkThreads threads,
            Consumer<Duration> restart) {
        this.parts = parts;
        this.exchanges = exchanges;
        this.kept = kept;
        this.threads = threads;
        this.restart = restart;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        kept.begin(request);
        // Silence counts while something is waited for; what is worked on may take its time.
        request.addIdleTimeoutListener(silence -> false);
        new Exchange(this, request, response, callback).begin();
        return true;
    }

    Exchanges exchanges() {
        return exchanges;
    }

    KeptConnections kept() {
        return kept;
    }

    WorkThreads threads() {
        return threads;
    }

    Consumer<Duration> restart() {
        return restart;
    }

    HandshakeLog log() {
        return parts.log();
    }

    Operations operations() {
        return parts.operations();
    }

    Admission admission() {
        return parts.admission();
    }

    Transfers transfers() {
        return parts.transfers();
    }

    ReplicaScript script() {
        return parts.script();
    }

    ExchangeLog received() {
        return parts.received();
    }
}
