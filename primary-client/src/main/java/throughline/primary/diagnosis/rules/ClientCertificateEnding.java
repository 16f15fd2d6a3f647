package throughline.primary.diagnosis.rules;

import java.util.List;
import java.util.Optional;
import throughline.primary.diagnosis.Confidence;
import throughline.primary.diagnosis.ConnectionCase;
import throughline.primary.diagnosis.ConnectionCase.Ending;
import throughline.primary.diagnosis.Leaf;
import throughline.primary.diagnosis.Leaf.Standing;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.ReplicaEvidence.AccountGiven;
import throughline.primary.evidence.TlsEvidence.CertificateAnswer;
import throughline.primary.evidence.TlsEvidence.CertificateRequested;
import throughline.primary.evidence.TlsEvidence.RecordAfterFinished;
import throughline.protocol.ConnectionView.ClientCertificateView;

/**
 * A connection on which a client certificate was asked for and which the other end then ended before it answered any
 * request. How it ended does not matter: the same refusal shows as an alert, a reset, a broken pipe, an end of stream, or
 * an HTTP/2 preface that never came. What this end did itself, such as letting a time limit run out, is no such ending,
 * unless the replica says that it refused; and none is where the replica's own account tells of something else.
 *
 * @param refusal what the replica itself says of our certificate; absent where it was not asked, or has not seen it
 */
record ClientCertificateEnding(
        CertificateRequested request, Ending ending, Optional<ClientCertificateView> refusal, List<Evidence> because) {

    static Optional<ClientCertificateEnding> of(ConnectionCase connection) {
        Optional<Ending> ending = connection.endingBeforeAnyAnswer();
        // Somebody else's CertificateRequest says nothing about what the replica demands.
        boolean foreign = Leaf.of(connection).standing() == Standing.FOREIGN;
        if (ending.isEmpty() || foreign || connection.succeeded()) {
            return Optional.empty();
        }
        return connection.certificateRequest().flatMap(request -> of(connection, request, ending.get()));
    }

    /** The replica's own word makes it certain; without it, something on the way may have cut the connection. */
    Confidence confidence() {
        return refusal.isPresent() ? Confidence.CERTAIN : Confidence.LIKELY;
    }

    String words() {
        return refusal.isPresent()
                ? "The replica's own log says so."
                : "The connection was then ended (" + ending.failure().text() + ") before any request was answered.";
    }

    private static Optional<ClientCertificateEnding> of(
            ConnectionCase connection, CertificateRequested request, Ending ending) {
        Optional<AccountGiven> account = connection
                .all(AccountGiven.class)
                .filter(given -> given.seen().isPresent() && connection.isAboutOurHello(given))
                .reduce((earlier, later) -> later);
        Optional<ClientCertificateView> told =
                account.flatMap(AccountGiven::seen).map(view -> view.clientCertificate());
        if (told.filter(certificate -> !agrees(certificate, request)).isPresent()) {
            return Optional.empty();
        }
        if (told.isEmpty() && !isRejection(ending.failure().kind(), connection)) {
            return Optional.empty();
        }
        Evidence proof = account.<Evidence>map(given -> given).orElse(ending.evidence());
        return Optional.of(new ClientCertificateEnding(request, ending, told, List.of(request, proof)));
    }

    /**
     * Whether this end alone tells of a rejection. An alert does. To be cut does not where the replica takes the same certificate on
     * another connection, as one does that stops, nor where the other end has gone on after our Finished: then it had
     * looked at the certificate.
     */
    private static boolean isRejection(FailureKind kind, ConnectionCase connection) {
        return kind == FailureKind.ALERT
                || (kind.endedByPeer()
                        && !connection.acceptedElsewhere()
                        && connection.first(RecordAfterFinished.class).isEmpty());
    }

    /** Whether what the replica says became of our certificate is a refusal, and of what we sent. */
    private static boolean agrees(ClientCertificateView told, CertificateRequested request) {
        return switch (told.outcome()) {
            case REFUSED ->
                request.answer() == CertificateAnswer.SENT
                        && request.sent()
                                .filter(sent ->
                                        !told.sha256().orElse(sent.sha256()).equals(sent.sha256()))
                                .isEmpty();
            case NONE_SENT -> request.answer() != CertificateAnswer.SENT;
            case ACCEPTED, NOT_REACHED -> false;
        };
    }
}
