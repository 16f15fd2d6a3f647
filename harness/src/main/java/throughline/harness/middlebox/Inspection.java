package throughline.harness.middlebox;

import java.io.IOException;
import java.util.Optional;

/** One inspected session, from the client's first request to its end. */
final class Inspection {

    private final Crossing crossing;
    private final TlsEnds settings;
    private final Destination target;
    private final ClientSession client;

    Inspection(Crossing crossing, TlsEnds settings, Destination target, ClientSession client) {
        this.crossing = crossing;
        this.settings = settings;
        this.target = target;
        this.client = client;
    }

    /** Returns when the session is over. */
    void run() throws IOException {
        if (client.speaksHttp2()) {
            new Http2Inspection(crossing, settings, target, client).run();
            return;
        }
        Optional<HttpHead> first = firstRequest();
        if (first.isEmpty()) {
            return;
        }
        Optional<Adversity.AnswerPage> page = crossing.adversity(Adversity.AnswerPage.class);
        if (page.isPresent()) {
            crossing.note("adversity " + page.get());
            answer(OwnAnswer.portal(page.get()));
            return;
        }
        PendingRequests pending = new PendingRequests();
        try {
            exchange(first.get(), pending);
        } catch (ReplicaFailedException failed) {
            crossing.note(String.valueOf(failed.getMessage()));
            Optional<OwnAnswer> refusal = pending.refusal();
            if (refusal.isPresent()) {
                answer(refusal.get());
            } else {
                answerFor(failed);
            }
        }
    }

    private void exchange(HttpHead first, PendingRequests pending) throws IOException {
        ReplicaSession replica = ReplicaSession.open(
                crossing, settings, target, new ReplicaIdentityCheck(settings.replicaCheck()), "http/1.1");
        // Before anybody waits for answers: a replica may refuse before it has read a request.
        pending.asked(RequestLine.inASession(first).method());
        RequestStream requests = new RequestStream(crossing, settings, target, client, replica, pending);
        crossing.beside("requests", requests.startingWith(first));
        new AnswerStream(crossing, settings, client, replica, pending).pass();
        part();
    }

    private void answerFor(ReplicaFailedException failed) throws IOException {
        WhenClientCertificateDemanded chosen = settings.wayAt(failed.fault());
        if (failed.certificateDemanded() && chosen == WhenClientCertificateDemanded.HANG) {
            waitForTheClientToLeave();
        } else if (failed.certificateDemanded() && chosen == WhenClientCertificateDemanded.GO_ON_WITHOUT) {
            part();
        } else {
            answer(settings.appearance().answer(failed.fault(), target, String.valueOf(failed.getMessage())));
        }
    }

    /** Absent when there was none, or it could not be understood and has been answered. */
    private Optional<HttpHead> firstRequest() throws IOException {
        try {
            Optional<HttpHead> head = client.firstHead();
            if (head.isEmpty()) {
                crossing.note("the client ended the session without a request");
                return Optional.empty();
            }
            RequestLine.inASession(head.get());
            HttpBody.ofRequest(head.get());
            return head;
        } catch (BadRequestException refused) {
            crossing.note(refused.status() + ": " + refused.getMessage());
            answer(OwnAnswer.to(refused, RequestLine.METHODS_IN_A_SESSION));
            return Optional.empty();
        }
    }

    /** The last thing that the client gets. */
    private void answer(OwnAnswer own) throws IOException {
        OwnAnswer complete = own.with("Connection", "close");
        for (String name : settings.changes().via().stream().toList()) {
            complete = complete.with("Via", "1.1 " + name);
        }
        client.output().write(complete.bytes());
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
