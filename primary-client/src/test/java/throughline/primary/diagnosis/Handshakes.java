package throughline.primary.diagnosis;

import java.util.function.Consumer;
import throughline.primary.evidence.CertificateFacts;
import throughline.primary.evidence.ExchangeEvidence.Exchange;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.TlsEvidence.CertificateAnswer;

/** The usual beginnings of a connection, up to the first exchange. */
final class Handshakes {
    private Handshakes() {}

    /** A trusted handshake in which nobody asked for a certificate. */
    static Consumer<Wire> unasked(CertificateFacts... chain) {
        return wire ->
                wire.hello().showsTrusted(chain).named(true, "replica.test").finishes(chain);
    }

    static Consumer<Wire> silent(CertificateFacts... chain) {
        return unasked(chain).andThen(wire -> wire.exchangeFails(Exchange.ANNOUNCE, FailureKind.TIMED_OUT));
    }

    static Consumer<Wire> asked(CertificateFacts... chain) {
        return wire -> wire.hello()
                .showsTrusted(chain)
                .asked(CertificateAnswer.SENT)
                .named(true, "replica.test")
                .finishes(chain);
    }

    static Consumer<Wire> untrusted(CertificateFacts... chain) {
        return wire ->
                wire.hello().showsUntrusted(chain).handshakeFails(Phase.SERVER_CERTIFICATE, FailureKind.UNTRUSTED);
    }
}
