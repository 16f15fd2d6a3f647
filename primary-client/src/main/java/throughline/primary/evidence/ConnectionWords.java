package throughline.primary.evidence;

import java.util.Locale;
import throughline.protocol.ConnectionView;

/** A replica's view of a connection in a few words. */
final class ConnectionWords {
    private ConnectionWords() {}

    static String describe(ConnectionView view) {
        String handshake =
                switch (view.handshake()) {
                    case NO_HELLO -> "no hello from " + view.peer();
                    case NOT_TLS -> "bytes that are not TLS from " + view.peer();
                    case UNFINISHED -> "handshake with " + view.peer() + " left unfinished";
                    case FAILED -> "handshake with " + view.peer() + " failed";
                    case SUCCEEDED -> "handshake with " + view.peer() + " succeeded";
                };
        return handshake + certificate(view.clientCertificate());
    }

    private static String certificate(ConnectionView.ClientCertificateView certificate) {
        return switch (certificate.outcome()) {
            case NOT_REACHED -> "";
            case NONE_SENT -> ", no client certificate was sent";
            case REFUSED ->
                ", client certificate " + certificate.subject().orElse("") + " refused"
                        + certificate
                                .refusal()
                                .map(reason -> ": "
                                        + reason.name().toLowerCase(Locale.ROOT).replace('_', ' '))
                                .orElse("");
            case ACCEPTED -> ", client certificate " + certificate.subject().orElse("") + " accepted";
        };
    }
}
