package throughline.harness.middlebox;

import java.io.IOException;

/** The replica did not give the answer that was due; the client can still be told. */
final class ReplicaFailedException extends IOException {
    private static final long serialVersionUID = 1;

    private final boolean certificateDemanded;

    private ReplicaFailedException(boolean certificateDemanded, String sentence, Throwable cause) {
        super(sentence, cause);
        this.certificateDemanded = certificateDemanded;
    }

    ReplicaFailedException(String sentence) {
        super(sentence);
        this.certificateDemanded = false;
    }

    static ReplicaFailedException of(String sentence, Throwable cause) {
        return new ReplicaFailedException(false, sentence, cause);
    }

    static ReplicaFailedException demandsCertificate(String host, Throwable cause) {
        return new ReplicaFailedException(true, demand(host), cause);
    }

    boolean certificateDemanded() {
        return certificateDemanded;
    }

    /** What is said about a demand that cannot be met. */
    static String demand(String host) {
        return "the site " + host + " demands a client certificate, and a proxy that inspects HTTPS has none to give";
    }
}
