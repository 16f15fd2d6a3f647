package throughline.harness.middlebox;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import throughline.harness.middlebox.Adversity.Step;

/** Passes answers from the replica's session to the client's, interim ones included, until there are no more. */
final class AnswerStream {
    private final OutputStream out;
    private final InputStream in;
    private final ReplicaSession replica;
    private final PendingRequests pending;
    private final Crossing crossing;
    private final TlsEnds settings;
    private boolean someAnswer;

    AnswerStream(
            Crossing crossing,
            TlsEnds settings,
            ClientSession client,
            ReplicaSession replica,
            PendingRequests pending) {
        this.crossing = crossing;
        this.settings = settings;
        this.out = new BufferedOutputStream(client.output(), HttpBody.CHUNK);
        this.in = replica.input();
        this.replica = replica;
        this.pending = pending;
    }

    /**
     * Returns when the last answer has been passed, or the replica hung up while none was due.
     *
     * @throws ReplicaFailedException when an answer that was due did not come; nothing of it has been passed then
     */
    void pass() throws IOException {
        boolean more = true;
        while (more) {
            Optional<HttpHead> head = nextHead();
            Optional<String> method = pending.next();
            more = head.isPresent() && method.isPresent() && passOne(head.get(), method.get());
        }
    }

    private Optional<HttpHead> nextHead() throws ReplicaFailedException {
        IOException failure;
        try {
            Optional<HttpHead> head = HttpHead.read(in);
            someAnswer |= head.isPresent();
            if (head.isPresent() || pending.next().isEmpty()) {
                return head;
            }
            failure = new EOFException("it closed the connection");
        } catch (BadRequestException notHttp) {
            throw replica.withoutAnswer(notHttp);
        } catch (IOException broken) {
            if (pending.next().isEmpty()) {
                return Optional.empty();
            }
            failure = broken;
        }
        throw someAnswer ? replica.withoutAnswer(failure) : replica.withoutFirstAnswer(failure);
    }

    /** Whether another one may follow. */
    private boolean passOne(HttpHead head, String method) throws IOException {
        StatusLine line;
        HttpBody body;
        try {
            line = StatusLine.of(head);
            body = HttpBody.ofAnswer(head, line, method);
        } catch (BadRequestException notHttp) {
            throw replica.withoutAnswer(notHttp);
        }
        boolean last = head.lists("Connection", "close")
                || line.version().equals("1.0")
                || body instanceof HttpBody.UntilClose;
        HttpHead own = new HttpHead("HTTP/1.1 " + line.status() + " " + line.reason(), head.fields());
        out.write(lengthened(settings.changes().answer(own, line.version(), last), body)
                .bytes());
        out.flush();
        if (line.interim()) {
            return true;
        }
        if (crossing.stallsAt(Step.LAST_BYTE) && body instanceof HttpBody.Length length && length.bytes() > 0) {
            new HttpBody.Length(length.bytes() - 1).pass(in, out);
            stall();
            return false;
        }
        body.pass(in, out);
        pending.answered();
        return !last && !pending.done();
    }

    private void stall() {
        crossing.note("adversity " + new Adversity.Stall(Step.LAST_BYTE));
        while (!crossing.overWithin(Duration.ZERO) && !crossing.besideHaveEnded()) {
            // Until the client has had enough.
        }
    }

    private HttpHead lengthened(HttpHead head, HttpBody body) {
        if (crossing.adversity(Adversity.LieAboutLength.class).isEmpty() || !(body instanceof HttpBody.Length length)) {
            return head;
        }
        crossing.note("adversity " + new Adversity.LieAboutLength());
        return new HttpHead(
                head.startLine(),
                head.fields().stream()
                        .map(field -> field.name().equalsIgnoreCase("Content-Length")
                                ? new HttpHead.Field(field.name(), Long.toString(length.bytes() + 1))
                                : field)
                        .toList());
    }
}
