package throughline.harness.middlebox;

import java.io.IOException;
import java.util.Optional;

/** One inspected session, from the client's first request to its end. */
final class Inspection {
    static final String AGENT = "throughline-inspector";

    private final Crossing crossing;
    private final InspectorSettings settings;
    private final Destination target;
    private final ClientSession client;

    Inspection(Crossing crossing, InspectorSettings settings, Destination target, ClientSession client) {
        this.crossing = crossing;
        this.settings = settings;
        this.target = target;
        this.client = client;
    }

    /** Returns when the session is over. */
    void run() throws IOException {
        Optional<HttpHead> first = firstRequest();
        if (first.isEmpty()) {
            return;
        }
        try {
            ReplicaSession replica = ReplicaSession.open(crossing, settings, target);
            PendingRequests pending = new PendingRequests();
            // Before anybody waits for answers: a replica may refuse before it has read a request.
            pending.asked(RequestLine.of(first.get()).method());
            crossing.beside(
                    "requests", new RequestStream(crossing, client, replica, pending).startingWith(first.get()));
            new AnswerStream(client, replica, pending).pass();
            part();
        } catch (ReplicaFailedException failed) {
            crossing.note(String.valueOf(failed.getMessage()));
            if (failed.certificateDemanded()
                    && settings.whenClientCertificateDemanded() == WhenClientCertificateDemanded.HANG) {
                waitForTheClientToLeave();
            } else {
                answer(OwnAnswer.of(502, "The proxy failed: " + failed.getMessage() + ".")
                        .as("Proxy Error"));
            }
        }
    }

    /** Absent when there was none, or it could not be understood and has been answered. */
    private Optional<HttpHead> firstRequest() throws IOException {
        try {
            Optional<HttpHead> head = HttpHead.read(client.input());
            if (head.isEmpty()) {
                crossing.note("the client ended the session without a request");
                return Optional.empty();
            }
            RequestLine.of(head.get());
            HttpBody.ofRequest(head.get());
            return head;
        } catch (BadRequestException refused) {
            crossing.note(refused.status() + ": " + refused.getMessage());
            answer(OwnAnswer.to(refused));
            return Optional.empty();
        }
    }

    /** The last thing that the client gets. */
    private void answer(OwnAnswer own) throws IOException {
        byte[] bytes =
                own.with("Via", "1.1 " + AGENT).with("Connection", "close").bytes();
        client.output().write(bytes);
        part();
    }

    /** The thread that reads requests goes on until the client has understood. */
    private void part() throws IOException {
        client.finish();
        if (crossing.besideHaveEnded()) {
            crossing.sayFarewell();
        }
    }

    private void waitForTheClientToLeave() throws IOException {
        crossing.awaitBeside();
        client.ignore();
    }
}
