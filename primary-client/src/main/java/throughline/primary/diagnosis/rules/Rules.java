package throughline.primary.diagnosis.rules;

import java.util.List;
import throughline.primary.diagnosis.Rule;

/** The rules, in the order of the phases they belong to. A new rule is added here and gets a page in docs/rules. */
public final class Rules {
    private static final List<Rule> ALL = List.of(
            new ProxyUnreachable(),
            new ProxyTlsFails(),
            new TunnelAuthRequired(),
            new TunnelUpstreamFailed(),
            new TunnelRefused(),
            new ReplicaUnreachable(),
            new ReplicaNotTls(),
            new HelloUnanswered(),
            new TlsInspected(),
            new TlsTerminatedAtReplicaSide(),
            new TlsExpired(),
            new TlsNameMismatch(),
            new TlsExpiresSoon(),
            new TlsReplicaCaNotTrusted(),
            new TlsCertificateInvalid(),
            new TlsRevoked(),
            new TlsRevocationUnknown(),
            new MtlsNoneConfigured(),
            new MtlsIssuerNotAccepted(),
            new MtlsCertificateRejected(),
            new MtlsNotRequested(),
            new MtlsExpiresSoon(),
            new ExchangeAnsweredByMiddlebox(),
            new ExchangeRefused());

    private Rules() {}

    public static List<Rule> all() {
        return ALL;
    }
}
