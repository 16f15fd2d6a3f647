package throughline.replica;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import throughline.protocol.Announcement;
import throughline.protocol.AttemptId;
import throughline.protocol.DiskDeclaration;
import throughline.protocol.Endpoints;
import throughline.protocol.Excerpt;
import throughline.protocol.MalformedMessageException;
import throughline.protocol.MediaTypes;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;
import throughline.replica.store.DiskStore;
import throughline.replica.store.PrimaryName;
import throughline.replica.view.HandshakeLog;
import throughline.replica.view.ViewSigner;
import throughline.replica.view.WatchedConnection;

/** Version 1 of the protocol over HTTP: every request gets the answer that {@code docs/wire.md} has for it. */
final class ReplicaHandler extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaHandler.class);
    private static final Pattern NONCE = Pattern.compile("[0-9A-Fa-f]{32,64}");
    private static final int LONGEST_SOFTWARE = 80;

    private final HandshakeLog log;
    private final KeptConnections kept;
    private final ViewSigner signer;
    private final DiskStore store;

    ReplicaHandler(HandshakeLog log, KeptConnections kept, ViewSigner signer, DiskStore store) {
        this.log = log;
        this.kept = kept;
        this.signer = signer;
        this.store = store;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        kept.begin(request);
        RequestBody body = new RequestBody(request);
        Answer answer = answer(request, body);
        boolean complete = answer.status() == HttpStatus.OK_200 || body.exhausted();
        // HTTP/2 has no such field: it ends the stream only, and is sent a GOAWAY where the whole connection is to end.
        if ((!complete || kept.outdated(request))
                && request.getConnectionMetaData().getHttpVersion().getVersion() < 20) {
            response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
        }
        if (complete) {
            answer.send(response, callback);
            return true;
        }
        answer.send(response, Callback.from(() -> body.discard(callback), callback::failed));
        return true;
    }

    private Answer answer(Request request, RequestBody body) {
        try {
            return serve(request, body);
        } catch (RefusedException refused) {
            LOG.debug("refused {}: {}", refused.reason(), refused.getMessage());
            return Answer.refused(refused);
        } catch (MalformedMessageException malformed) {
            return Answer.refused(
                    new RefusedException(RefusalReason.MALFORMED, String.valueOf(malformed.getMessage()), malformed));
        } catch (IOException ended) {
            // Only the body throws these: it broke off. Mostly there is nobody left to hear it.
            LOG.debug("the request's body ended early", ended);
            return Answer.refused(
                    new RefusedException(RefusalReason.TRUNCATED, "the request's body ended early", ended));
        } catch (RuntimeException e) {
            if (e instanceof HttpException refused) {
                return Answer.ofStatus(refused.getCode());
            }
            LOG.error("a request failed that should not", e);
            return Answer.ofStatus(HttpStatus.INTERNAL_SERVER_ERROR_500);
        }
    }

    private Answer serve(Request request, RequestBody body) throws IOException {
        WatchedConnection connection = log.of(request);
        AttemptId attempt = attempt(request, connection);
        if (!getServer().isRunning()) {
            throw new RefusedException(RefusalReason.SHUTTING_DOWN, "the replica is about to stop");
        }
        refuseUnlessAccepted(connection);
        Endpoints.Target target = target(request);
        if (target instanceof Endpoints.Target.Announce) {
            require(request, "POST", MediaTypes.ANNOUNCEMENT);
            return Answer.ok(MediaTypes.VIEW, signer.answer(announcement(body), attempt, connection));
        }
        if (target instanceof Endpoints.Target.Disk disk) {
            require(request, "PUT", MediaTypes.DISK);
            PrimaryName primary = primary(request);
            return Answer.ok(MediaTypes.DISK, store.declare(primary, disk.disk(), body.message(DiskDeclaration.class)));
        }
        if (target instanceof Endpoints.Target.ChangeSet changeSet) {
            require(request, "POST", MediaTypes.CHANGE_SET);
            return Answer.ok(MediaTypes.RECEIPT, store.receive(primary(request), changeSet.id(), body.stream()));
        }
        throw new IllegalStateException("a target that nobody serves: " + target);
    }

    /** A full handshake with such a certificate fails; a resumed one does not, and a connection may be kept. */
    private void refuseUnlessAccepted(WatchedConnection connection) throws RefusedException {
        log.judgeAgain(connection);
        Optional<String> refusal = connection.refusal();
        if (refusal.isPresent()) {
            throw new RefusedException(RefusalReason.CERTIFICATE_REFUSED, refusal.get());
        }
    }

    /** The request is counted whatever its header holds. */
    private static AttemptId attempt(Request request, WatchedConnection connection) throws MalformedMessageException {
        Optional<AttemptId> attempt = Optional.empty();
        try {
            String header = request.getHeaders().get(AttemptId.HEADER);
            if (header == null) {
                throw new MalformedMessageException(
                        "the header " + AttemptId.HEADER + " is missing; every request carries a UUID there");
            }
            attempt = Optional.of(AttemptId.parse(header));
            return attempt.get();
        } finally {
            connection.request(attempt);
        }
    }

    private static Endpoints.Target target(Request request) throws RefusedException {
        try {
            // As it was sent: no name needs an escape, so none is resolved.
            return Endpoints.parse(request.getHttpURI().getPath());
        } catch (MalformedMessageException unknown) {
            throw new RefusedException(RefusalReason.UNKNOWN_PATH, String.valueOf(unknown.getMessage()), unknown);
        }
    }

    private static void require(Request request, String method, String mediaType) throws RefusedException {
        if (!request.getMethod().equals(method)) {
            throw new RefusedException(
                    RefusalReason.MALFORMED,
                    "the method is \"" + Excerpt.of(request.getMethod()) + "\"; accepted is " + method);
        }
        String sent = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        if (!mediaType.equalsIgnoreCase(sent)) {
            throw new RefusedException(
                    RefusalReason.MALFORMED,
                    "the content type is " + (sent == null ? "missing" : "\"" + Excerpt.of(sent) + "\"")
                            + "; accepted is " + mediaType);
        }
    }

    private static Announcement announcement(RequestBody body) throws IOException {
        Announcement announcement = body.message(Announcement.class);
        if (!NONCE.matcher(announcement.nonce()).matches()) {
            throw new RefusedException(
                    RefusalReason.MALFORMED,
                    "the nonce is \"" + Excerpt.of(announcement.nonce())
                            + "\"; accepted are 32 to 64 hexadecimal digits");
        }
        if (announcement.software().length() > LONGEST_SOFTWARE) {
            throw new RefusedException(
                    RefusalReason.MALFORMED,
                    "software has " + announcement.software().length() + " characters; accepted are up to "
                            + LONGEST_SOFTWARE);
        }
        LOG.debug("announced by {}", Excerpt.of(announcement.software()));
        return announcement;
    }

    private static PrimaryName primary(Request request) throws RefusedException {
        EndPoint.SslSessionData session =
                (EndPoint.SslSessionData) request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE);
        X509Certificate[] chain = session == null ? null : session.peerCertificates();
        if (chain == null || chain.length == 0) {
            throw new IllegalStateException("a request without the client certificate that the handshake requires");
        }
        return PrimaryName.of(chain[0]);
    }
}
