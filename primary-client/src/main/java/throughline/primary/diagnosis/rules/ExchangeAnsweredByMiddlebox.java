package throughline.primary.diagnosis.rules;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import throughline.primary.diagnosis.Confidence;
import throughline.primary.diagnosis.ConnectionCase;
import throughline.primary.diagnosis.Finding;
import throughline.primary.diagnosis.Rule;
import throughline.primary.evidence.ExchangeEvidence.Answered;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.Witness;

/** An HTTP answer arrived that no replica writes. */
final class ExchangeAnsweredByMiddlebox extends Rule {
    ExchangeAnsweredByMiddlebox() {
        super(
                "exchange.answered-by-middlebox",
                "something else answers in the replica's place",
                Phase.FIRST_ANSWER,
                Set.of(Witness.CALL_EVENTS),
                Set.of("tls.inspected", "tls.terminated-at-replica-side", "mtls.not-requested"));
    }

    @Override
    public Optional<Finding> examine(ConnectionCase connection) {
        return connection
                .all(Answered.class)
                .filter(answer -> !answer.fromReplica())
                .findFirst()
                .flatMap(answer -> claim(connection, answer));
    }

    private Optional<Finding> claim(ConnectionCase connection, Answered answer) {
        // A proxy names itself in Via (RFC 9110 section 7.6.3); without it another web server may live at this address.
        boolean named = answer.headers().containsKey("via") || answer.headers().containsKey("proxy-status");
        String who = named
                ? "a proxy ("
                        + answer.headers().getOrDefault("via", answer.headers().getOrDefault("proxy-status", "")) + ")"
                : "something that is not the replica";
        return finding(
                named ? Confidence.CERTAIN : Confidence.LIKELY,
                "The request to " + connection.setup().replica() + " was answered with " + answer.status() + " by "
                        + who + (answer.body().isBlank() ? "" : ", saying \"" + PageText.of(answer.body()) + "\"")
                        + ".",
                "Read what it says and allow the request there; check also that "
                        + connection.setup().replica() + " is the replica's address.",
                List.of(answer));
    }
}
