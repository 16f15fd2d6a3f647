package throughline.replica.view;

import javax.net.ssl.SSLHandshakeException;

/**
 * The TLS engine's end of a handshake, and the one place that tells a client without a certificate from a client that
 * gave up. No exception's text is read: it differs between JDKs, as do the alerts.
 *
 * @param thrown what the engine threw
 * @param ownAlert whether the engine has an alert to send. It has one whenever it found the fault itself; it has none
 *     when it was told by a fatal alert, which nobody answers (RFC 8446 section 6.2)
 */
record FailedHandshake(Exception thrown, boolean ownAlert) {

    /**
     * Whether the client answered the CertificateRequest with an empty list. What is left, after everything else that
     * can be the matter has been ruled out: the fault is the replica's finding; it lies behind the ServerHello; no
     * certificate came, for then the trust manager would have been asked; and it is a fault of a message's content, for
     * which JSSE throws this type, while it throws others for what cannot be decrypted or is out of turn. A client
     * whose messages break their own grammar there looks the same.
     *
     * @param serverHelloSent not counting a HelloRetryRequest
     * @param certificateSeen whether the trust manager was asked
     */
    boolean lacksCertificate(boolean serverHelloSent, boolean certificateSeen) {
        return ownAlert && serverHelloSent && !certificateSeen && thrown instanceof SSLHandshakeException;
    }
}
