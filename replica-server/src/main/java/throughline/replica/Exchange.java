package throughline.replica;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import throughline.protocol.AttemptId;
import throughline.protocol.MalformedMessageException;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;
import throughline.replica.ReceivedExchange.End;
import throughline.replica.ReplicaBehaviour.InTheBody;
import throughline.replica.view.WatchedConnection;

/** One request on its way to its answer. */
final class Exchange {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final ReplicaHandler replica;
    private final Request request;
    private final Response response;
    private final Callback callback;
    private final RequestBody body;
    private final WatchedConnection connection;
    private Optional<AttemptId> attempt = Optional.empty();
    private @Nullable Operation operation;
    private Optional<ReplicaBehaviour> behaviour = Optional.empty();
    private Transfers.@Nullable Transfer transfer;
    private boolean brokenOff;

    Exchange(ReplicaHandler replica, Request request, Response response, Callback callback) {
        this.replica = replica;
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.body = new RequestBody(request);
        this.connection = replica.log().of(request);
    }

    /** Sees what it is, and has it done: at once, or by a thread for what takes its time. */
    void begin() {
        replica.exchanges().workBegins();
        Answer refusal = attempt(() -> {
            readAttempt();
            replica.exchanges().opened(this);
            identify();
            return Answer.ok("", "");
        });
        if (!refusal.isOk()) {
            end(refusal);
            workEnds();
        } else if (operation().isTransfer()) {
            serveTransfer();
        } else if (operation().mediaType().isPresent() && !happensAtOnce()) {
            body.collect(this::serveMessage);
        } else {
            serveMessage();
        }
    }

    RequestBody body() {
        return body;
    }

    WatchedConnection connection() {
        return connection;
    }

    AttemptId attempt() {
        return attempt.orElseThrow();
    }

    /** @throws RefusedException NOT_AUTHORISED */
    Admitted primary() throws RefusedException {
        return replica.admission().admit(leaf());
    }

    private interface Step {
        Answer take() throws IOException;
    }

    private void readAttempt() throws MalformedMessageException {
        // The request is counted whatever its header holds.
        try {
            String header = request.getHeaders().get(AttemptId.HEADER);
            if (header == null) {
                throw new MalformedMessageException(
                        "the header " + AttemptId.HEADER + " is missing; every request carries a UUID there");
            }
            attempt = Optional.of(AttemptId.parse(header));
        } finally {
            connection.request(attempt);
        }
    }

    private void identify() throws RefusedException {
        refuseUnlessAccepted();
        operation = replica.operations().of(request);
        behaviour = replica.script().next(operation.kind());
        inTheBody().map(BodyScript::of).ifPresent(body::follow);
        if (operation.isTransfer() && !happensAtOnce()) {
            transfer = replica.transfers().begin(primary().primary());
            body.keepTo(transfer.pace());
        }
    }

    private void serveTransfer() {
        serve(
                replica.threads().ofTransfers(),
                this::serve,
                RefusalReason.TOO_MANY_TRANSFERS,
                "as many transfers wait for this replica as it lets wait");
    }

    private void serveMessage() {
        visit(happensAtOnce() ? List.of() : folders());
    }

    private void visit(List<Path> folders) {
        if (folders.isEmpty()) {
            serve();
        } else {
            serve(
                    replica.threads().ofFolder(folders.get(0)),
                    () -> visit(folders.get(0), folders.subList(1, folders.size())),
                    RefusalReason.STORAGE_FAILED,
                    "as many requests wait for the files of this folder as this replica lets wait: its disk is slow, or hangs");
        }
    }

    private void visit(Path folder, List<Path> others) {
        Answer refusal = attempt(() -> {
            operation().visit(primary(), folder);
            return Answer.ok("", "");
        });
        // What a script wants happens all the same.
        if (refusal.isOk() || inTheBody().isPresent()) {
            visit(others);
        } else {
            end(refusal);
            workEnds();
        }
    }

    private void serve(Executor threads, Runnable task, RefusalReason reason, String refusal) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException full) {
            end(Answer.refused(reason, refusal));
            workEnds();
        }
    }

    private List<Path> folders() {
        try {
            return operation().folders(primary());
        } catch (RefusedException itWillSay) {
            return List.of();
        }
    }

    /** A full handshake with such a certificate fails; a resumed one does not, and a connection may be kept. */
    private void refuseUnlessAccepted() throws RefusedException {
        replica.log().judgeAgain(connection);
        Optional<String> refusal = connection.refusal();
        if (refusal.isPresent()) {
            throw new RefusedException(RefusalReason.CERTIFICATE_REFUSED, refusal.get());
        }
    }

    private void serve() {
        try {
            if (inTheBody().isEmpty()) {
                end(attempt(() -> operation().answer(this)));
                return;
            }
            if (!happensAtOnce()) {
                // What comes of it nobody hears.
                attempt(() -> operation().answer(this));
            }
            happen(inTheBody().get());
        } finally {
            workEnds();
        }
    }

    private void workEnds() {
        if (transfer != null) {
            transfer.close();
        }
        replica.exchanges().workEnds();
    }

    /** Everything that is thrown on the way, as the answer that it is. */
    private Answer attempt(Step step) {
        try {
            return step.take();
        } catch (RefusedException refused) {
            LOG.debug("refused {}: {}", refused.reason(), refused.getMessage());
            return Answer.refused(refused);
        } catch (MalformedMessageException malformed) {
            return Answer.refused(RefusalReason.MALFORMED, String.valueOf(malformed.getMessage()));
        } catch (IOException ended) {
            // Only the body throws these: it broke off. Mostly there is nobody left to hear it.
            String how = fellSilent(ended)
                    ? "nothing of the request's body came for " + body.silence() + " ms, which is the limit"
                    : "the request's body ended early";
            LOG.debug(how, ended);
            brokenOff = true;
            return Answer.refused(RefusalReason.TRUNCATED, how);
        } catch (RuntimeException e) {
            if (e instanceof HttpException refused) {
                return Answer.ofStatus(refused.getCode());
            }
            return failed(e);
        } catch (Error e) {
            // Unanswered the exchange would never end.
            return failed(e);
        }
    }

    /** Jetty ends a body that has stalled with a time-out, beneath what tells of the end. */
    private static boolean fellSilent(IOException ended) {
        return Stream.<Throwable>iterate(ended, cause -> cause != null, Throwable::getCause)
                .anyMatch(TimeoutException.class::isInstance);
    }

    private static Answer failed(Throwable e) {
        LOG.error("a request failed that should not", e);
        return Answer.ofStatus(HttpStatus.INTERNAL_SERVER_ERROR_500);
    }

    private void happen(InTheBody scripted) {
        brokenOff = false;
        if (scripted instanceof ReplicaBehaviour.Refuse refuse) {
            end(Answer.refused(refuse.reason(), "the replica's script says so"));
        } else if (scripted instanceof ReplicaBehaviour.Cut) {
            ended(End.CUT, Optional.empty());
            EndPoint connected = request.getConnectionMetaData().getConnection().getEndPoint();
            transport(connected).close();
            callback.failed(new IOException("cut by the replica's script"));
        } else if (scripted instanceof ReplicaBehaviour.Stall) {
            ended(End.STALLED, Optional.empty());
        } else if (scripted instanceof ReplicaBehaviour.Restart restart) {
            ended(End.RESTARTED, Optional.empty());
            replica.restart().accept(restart.gone());
        }
    }

    private void end(Answer served) {
        Answer answer = behaviour.isPresent() && behaviour.get() instanceof ReplicaBehaviour.WrongDigest
                ? WrongDigests.in(served)
                : served;
        boolean complete = answer.isOk() ? body.finished() : body.exhausted();
        if (behaviour.isPresent() && behaviour.get() instanceof ReplicaBehaviour.AnswerLate late) {
            later(late.by(), () -> send(answer, complete));
        } else {
            send(answer, complete);
        }
    }

    private void later(Duration by, Runnable task) {
        request.getComponents().getScheduler().schedule(task, by.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void send(Answer answer, boolean complete) {
        // HTTP/2 has no such field: it ends the stream only, and is sent a GOAWAY where the whole connection is to end.
        if ((!complete || replica.kept().outdated(request))
                && request.getConnectionMetaData().getHttpVersion().getVersion() < 20) {
            response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
        }
        answer.send(
                response,
                Callback.from(
                        () -> {
                            ended(endWith(answer), answer.refusal());
                            if (complete) {
                                callback.succeeded();
                            } else {
                                body.discard(callback);
                            }
                        },
                        failure -> {
                            ended(End.BROKEN_OFF, answer.refusal());
                            callback.failed(failure);
                        }));
    }

    private End endWith(Answer answer) {
        if (brokenOff) {
            return End.BROKEN_OFF;
        }
        return answer.isOk() ? End.ANSWERED : End.REFUSED;
    }

    private void ended(End end, Optional<RefusalReason> refusal) {
        Optional<Operation> asked = Optional.ofNullable(operation);
        replica.received()
                .add(new ReceivedExchange(
                        asked.map(Operation::kind).orElse(ExchangeKind.OTHER),
                        asked.flatMap(Operation::machine),
                        asked.flatMap(Operation::changeSet),
                        asked.map(Operation::slice).orElse(OptionalLong.empty()),
                        attempt,
                        body.received(),
                        end,
                        refusal));
        replica.exchanges().ended(this);
    }

    private boolean happensAtOnce() {
        return inTheBody().filter(script -> script.bytes() == 0).isPresent();
    }

    private Optional<InTheBody> inTheBody() {
        return behaviour.filter(InTheBody.class::isInstance).map(InTheBody.class::cast);
    }

    private Operation operation() {
        return Objects.requireNonNull(operation);
    }

    private X509Certificate leaf() {
        EndPoint.SslSessionData session =
                (EndPoint.SslSessionData) request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE);
        X509Certificate[] chain = session == null ? null : session.peerCertificates();
        if (chain == null || chain.length == 0) {
            throw new IllegalStateException("a request without the client certificate that the handshake requires");
        }
        return chain[0];
    }

    /** Below TLS. */
    private static EndPoint transport(EndPoint connected) {
        return connected instanceof SslConnection.SslEndPoint tls
                ? tls.getSslConnection().getEndPoint()
                : connected;
    }
}
