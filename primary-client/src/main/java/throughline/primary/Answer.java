package throughline.primary;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.MediaType;
import okhttp3.Response;
import okio.BufferedSource;
import throughline.primary.capture.CallTrace;
import throughline.primary.capture.Failures;
import throughline.primary.capture.Observation;
import throughline.primary.capture.Scrubber;
import throughline.primary.dial.ProxySettings;
import throughline.primary.evidence.ExchangeEvidence.Answered;
import throughline.primary.evidence.ExchangeEvidence.Exchange;
import throughline.primary.evidence.ExchangeEvidence.ExchangeFailed;
import throughline.primary.evidence.ExchangeEvidence.Refused;
import throughline.primary.evidence.Failure;
import throughline.protocol.Json;
import throughline.protocol.MalformedMessageException;
import throughline.protocol.MediaTypes;
import throughline.protocol.Refusal;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;

/** An HTTP answer, noted as evidence: the replica's own, its refusal, or somebody else's. Closed by whoever asked. */
final class Answer implements AutoCloseable {
    /** Every message of the replica is far smaller. */
    private static final int LONGEST_MESSAGE = 256 << 10;

    private final Response response;
    private final CallTrace trace;
    private final byte[] content;

    private Answer(Response response, CallTrace trace, byte[] content) {
        this.response = response;
        this.trace = trace;
        this.content = content;
    }

    /**
     * Judges an answer.
     *
     * @param expected what is not held against anybody, because whoever asked goes on from it
     * @throws IOException when the answer is not the replica's, is its refusal, or breaks off
     */
    static Answer of(Response response, CallTrace trace, ProxySettings proxy, Expected expected) throws IOException {
        try {
            return judged(response, trace, proxy, expected);
        } catch (IOException e) {
            response.close();
            throw e;
        }
    }

    private static Answer judged(Response response, CallTrace trace, ProxySettings proxy, Expected expected)
            throws IOException {
        Exchange exchange = trace.exchange();
        Duration took = trace.took();
        byte[] content = content(response);
        Optional<Refusal> refusal = refusal(response, content);
        boolean own = refusal.isPresent() || isOwnType(response);
        Map<String, List<String>> headers = response.headers().toMultimap();
        // An inspecting proxy was sent credentials before it ended TLS, and may reflect them in here.
        String body = own ? "" : Scrubber.body(proxy.conceal(text(response, content)));
        int status = response.code();
        Optional<RefusalReason> reason = refusal.flatMap(said -> RefusalReason.ofType(said.type()));
        boolean held = !expected.is(status, reason);
        if (own || held) {
            trace.note((number, after) -> new Answered(
                    number, after, exchange, status, own, Scrubber.headers(headers, proxy::conceal), body, took));
        }
        if (reason.isPresent()) {
            throw refused(trace, reason.get(), refusal.orElseThrow(), held);
        }
        Answer answer = new Answer(response, trace, content);
        if (!own) {
            String said = "answered with HTTP " + status + " by something that is not the replica";
            throw held ? new ProtocolException(said) : new ForeignAnswerException(said, status);
        }
        if (!response.isSuccessful()) {
            throw answer.unusable(new ProtocolException("answered with HTTP " + status + " and without a reason"));
        }
        return answer;
    }

    private static RefusedException refused(CallTrace trace, RefusalReason reason, Refusal said, boolean held) {
        if (held) {
            trace.note((number, after) ->
                    new Refused(number, after, trace.exchange(), reason.code(), Scrubber.line(said.detail())));
        }
        return new RefusedException(reason, said.detail());
    }

    /** Answers that are no failure of the attempt. */
    @FunctionalInterface
    interface Expected {
        boolean is(int status, Optional<RefusalReason> reason);

        static Expected nothing() {
            return (status, reason) -> false;
        }
    }

    /** Something else answered in the replica's place, and that was expected. */
    static final class ForeignAnswerException extends ProtocolException {
        private static final long serialVersionUID = 1;

        private final int status;

        ForeignAnswerException(String message, int status) {
            super(message);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    /** Reads the message as it is, which must have this length. */
    byte[] bytes(String mediaType, int length) throws MalformedMessageException {
        checkType(mediaType);
        if (content.length != length) {
            throw unusable(new MalformedMessageException(
                    "answered with " + content.length + " bytes; " + length + " were asked for"));
        }
        return content.clone();
    }

    /** Reads the message; another media type or shape means that it was not a replica of this version. */
    <T> T read(String mediaType, Class<T> type) throws MalformedMessageException {
        checkType(mediaType);
        try {
            return Json.plain().decode(content, type);
        } catch (MalformedMessageException e) {
            throw unusable(e);
        }
    }

    private void checkType(String mediaType) throws MalformedMessageException {
        MediaType received = response.body().contentType();
        if (received == null || !mediaType.equals(received.type() + "/" + received.subtype())) {
            throw unusable(new MalformedMessageException("answered with " + received + "; accepted is " + mediaType));
        }
    }

    /** Notes that the answer is the replica's own but cannot be used; returns the exception, to be thrown. */
    <E extends IOException> E unusable(E thrown) {
        Failure failure = Failures.of(thrown);
        Duration took = trace.took();
        trace.note((number, after) -> new ExchangeFailed(number, after, trace.exchange(), failure, took));
        return thrown;
    }

    /** Notes what the message says, once it was read. */
    void note(Observation observation) {
        trace.note(observation);
    }

    @Override
    public void close() {
        response.close();
    }

    private static byte[] content(Response response) throws IOException {
        BufferedSource source = response.body().source();
        try {
            source.request(LONGEST_MESSAGE);
            return source.getBuffer()
                    .clone()
                    .readByteArray(Math.min(LONGEST_MESSAGE, source.getBuffer().size()));
        } catch (IOException e) {
            if (isOwnType(response)) {
                // The call's events have noted it.
                throw e;
            }
            // Somebody else's page that breaks off has said enough.
            return source.getBuffer().clone().readByteArray();
        }
    }

    private static boolean isOwnType(Response response) {
        String type = response.header("Content-Type", "");
        return type != null && type.startsWith("application/vnd.throughline.");
    }

    private static Optional<Refusal> refusal(Response response, byte[] content) {
        String type = response.header("Content-Type", "");
        if (type == null || !type.startsWith(MediaTypes.PROBLEM)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.plain().decode(content, Refusal.class))
                    .filter(refusal -> RefusalReason.ofType(refusal.type()).isPresent());
        } catch (MalformedMessageException e) {
            return Optional.empty();
        }
    }

    private static String text(Response response, byte[] content) {
        MediaType type = response.body().contentType();
        Charset charset = Optional.ofNullable(type).map(MediaType::charset).orElse(StandardCharsets.UTF_8);
        return new String(content, 0, Math.min(content.length, Scrubber.BODY_LIMIT), charset);
    }
}
