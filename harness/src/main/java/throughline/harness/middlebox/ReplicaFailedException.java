package throughline.harness.middlebox;

import java.io.IOException;

/** The replica did not give the answer that was due; the client can still be told. */
final class ReplicaFailedException extends IOException {
    private static final long serialVersionUID = 1;

    private final ReplicaFault fault;

    private ReplicaFailedException(ReplicaFault fault, String sentence, Throwable cause) {
        super(sentence, cause);
        this.fault = fault;
    }

    ReplicaFailedException(String sentence) {
        super(sentence);
        this.fault = ReplicaFault.FAILED;
    }

    static ReplicaFailedException of(ReplicaFault fault, String sentence, Throwable cause) {
        return new ReplicaFailedException(fault, sentence, cause);
    }

    /** @param fault which of the two that are about that */
    static ReplicaFailedException demandsCertificate(ReplicaFault fault, String host, Throwable cause) {
        return new ReplicaFailedException(fault, demand(host), cause);
    }

    ReplicaFault fault() {
        return fault;
    }

    boolean certificateDemanded() {
        return fault == ReplicaFault.DEMANDED || fault == ReplicaFault.DEMANDED_LATE;
    }

    /** What is said about a demand that cannot be met. */
    static String demand(String host) {
        return "the site " + host + " demands a client certificate, and a proxy that inspects HTTPS has none to give";
    }
}
