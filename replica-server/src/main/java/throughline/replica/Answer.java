package throughline.replica;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import throughline.protocol.Json;
import throughline.protocol.MediaTypes;
import throughline.protocol.Refusal;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;

/**
 * An answer before it is sent.
 *
 * @param message bytes as they are, anything else as JSON
 * @param refusal the reason, where it is a refusal with one
 */
record Answer(int status, String mediaType, Object message, Optional<RefusalReason> refusal) {

    static Answer ok(String mediaType, Object message) {
        return new Answer(HttpStatus.OK_200, mediaType, message, Optional.empty());
    }

    static Answer refused(RefusedException refused) {
        Refusal refusal = refused.refusal();
        return new Answer(refusal.status(), MediaTypes.PROBLEM, refusal, Optional.of(refused.reason()));
    }

    static Answer refused(RefusalReason reason, String detail) {
        return refused(new RefusedException(reason, detail));
    }

    /** For what no refusal reason stands for: a problem that says no more than its status does (RFC 9457 section 4.2.1). */
    static Answer ofStatus(int status) {
        if (status == RefusalReason.MALFORMED.status()) {
            return refused(RefusalReason.MALFORMED, "the request is not HTTP that is accepted here");
        }
        String title = HttpStatus.getMessage(status);
        return new Answer(
                status, MediaTypes.PROBLEM, new Refusal("about:blank", title, status, title), Optional.empty());
    }

    boolean isOk() {
        return status == HttpStatus.OK_200;
    }

    void send(Response response, Callback callback) {
        byte[] body = message instanceof byte[] bytes ? bytes : Json.plain().encode(message);
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, mediaType);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
    }
}
