package throughline.harness.face;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** How a connection ended, in words that are the same for every version of Java. */
final class Endings {
    static final String END = "end";

    /** The replica's word for a peer that went away, with or without an alert that arrived. */
    static final String LEFT = "left";

    private static final String ALERT = "Received fatal alert: ";
    private static final String CUT =
            "(\\(\\w+\\) )?Remote host (terminated the handshake|closed connection during handshake).*";

    private Endings() {}

    static String ofClient(IOException failure) {
        return alert(failure).orElseGet(() -> {
            if (among(failure, SocketTimeoutException.class)) {
                return "silence";
            }
            if (among(failure, CertificateException.class)) {
                return "client refuses";
            }
            if (among(failure, EOFException.class) || says(failure, CUT)) {
                return END;
            }
            return among(failure, SocketException.class) ? "reset" : "broken: " + failure.getMessage();
        });
    }

    static String ofReplica(IOException failure) {
        return alert(failure).orElseGet(() -> {
            // Later versions of Java name their alert in front.
            if (says(failure, "(\\(\\w+\\) )?Empty (client|server) certificate chain.*")) {
                return "refused: no client certificate";
            }
            if (among(failure, CertificateException.class)) {
                return says(failure, ".*(validity check failed|expired|NotAfter).*")
                        ? "refused: expired"
                        : "refused: unknown issuer";
            }
            if (says(failure, ".*(Insufficient buffer|bad record|Tag mismatch|AEAD).*")) {
                return "alert in the clear";
            }
            return says(failure, ".*protocol.*(not enabled|not supported|is not enabled or supported).*")
                    ? "refused: protocol version"
                    : LEFT;
        });
    }

    /** No API names it. */
    private static Optional<String> alert(IOException failure) {
        return causes(failure).stream()
                .map(Throwable::getMessage)
                .filter(message -> message != null && message.contains(ALERT))
                .map(message -> "alert " + message.substring(message.indexOf(ALERT) + ALERT.length()))
                .findFirst();
    }

    private static boolean among(IOException failure, Class<? extends Throwable> kind) {
        return causes(failure).stream().anyMatch(kind::isInstance);
    }

    private static boolean says(IOException failure, String pattern) {
        return causes(failure).stream()
                .map(Throwable::getMessage)
                .anyMatch(message -> message != null && message.matches(pattern));
    }

    private static List<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .toList();
    }
}
