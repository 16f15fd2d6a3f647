package throughline.primary.evidence;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The written-out list of all kinds of evidence with their names in a case file. */
final class EvidenceKinds {
    private static final Map<String, Class<? extends Evidence>> ALL = new LinkedHashMap<>();

    static {
        ALL.put("name-resolved", PathEvidence.NameResolved.class);
        ALL.put("name-unresolved", PathEvidence.NameUnresolved.class);
        ALL.put("connected", PathEvidence.Connected.class);
        ALL.put("connect-failed", PathEvidence.ConnectFailed.class);
        ALL.put("tunnel-answered", PathEvidence.TunnelAnswered.class);
        ALL.put("tunnel-failed", PathEvidence.TunnelFailed.class);
        ALL.put("proxy-tls-finished", PathEvidence.ProxyTlsFinished.class);
        ALL.put("proxy-tls-failed", PathEvidence.ProxyTlsFailed.class);
        ALL.put("socks-answered", PathEvidence.SocksAnswered.class);
        ALL.put("credentials-withheld", PathEvidence.CredentialsWithheld.class);
        ALL.put("login-failed", PathEvidence.LoginFailed.class);
        ALL.put("hello-sent", TlsEvidence.HelloSent.class);
        ALL.put("server-hello-received", TlsEvidence.ServerHelloReceived.class);
        ALL.put("not-tls-received", TlsEvidence.NotTlsReceived.class);
        ALL.put("alert-seen", TlsEvidence.AlertSeen.class);
        ALL.put("chain-shown", TlsEvidence.ChainShown.class);
        ALL.put("revocation-checked", TlsEvidence.RevocationChecked.class);
        ALL.put("name-checked", TlsEvidence.NameChecked.class);
        ALL.put("certificate-requested", TlsEvidence.CertificateRequested.class);
        ALL.put("handshake-finished", TlsEvidence.HandshakeFinished.class);
        ALL.put("record-after-finished", TlsEvidence.RecordAfterFinished.class);
        ALL.put("handshake-failed", TlsEvidence.HandshakeFailed.class);
        ALL.put("answered", ExchangeEvidence.Answered.class);
        ALL.put("exchange-failed", ExchangeEvidence.ExchangeFailed.class);
        ALL.put("refused", ExchangeEvidence.Refused.class);
        ALL.put("receipt-received", ExchangeEvidence.ReceiptReceived.class);
        ALL.put("view-received", ReplicaEvidence.ViewReceived.class);
        ALL.put("account-given", ReplicaEvidence.AccountGiven.class);
        ALL.put("other-connection-seen", ReplicaEvidence.OtherConnectionSeen.class);
        ALL.put("control-shown", ReplicaEvidence.ControlShown.class);
        ALL.put("control-failed", ReplicaEvidence.ControlFailed.class);
    }

    private EvidenceKinds() {}

    static Map<String, Class<? extends Evidence>> all() {
        return Collections.unmodifiableMap(ALL);
    }

    static String nameOf(Class<? extends Evidence> type) {
        return ALL.entrySet().stream()
                .filter(entry -> entry.getValue() == type)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(type + " is missing from the list of kinds"));
    }
}
