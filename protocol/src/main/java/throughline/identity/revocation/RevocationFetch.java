package throughline.identity.revocation;

import java.io.IOException;
import java.net.URI;

/**
 * How CRLs and OCSP answers are fetched: one request, answered within a limited time. The addresses come out of
 * certificates; they are always {@code http} with a host. Redirects are not followed, and only status 200 is an answer.
 * Implementations are thread-safe; a handshake waits for them.
 */
public interface RevocationFetch {
    /** In bytes: 10 MiB, some 250 000 revoked certificates. */
    int LARGEST_CRL = 10 * 1024 * 1024;

    /** In bytes: 64 KiB, of which an answer with its responder's certificate needs 2 to 4. */
    int LARGEST_OCSP_ANSWER = 64 * 1024;

    /**
     * Fetches a CRL (RFC 5280, 4.2.1.13): the body of the answer to {@code GET}, at most {@link #LARGEST_CRL}.
     *
     * @throws IOException if there is none; its message is a clause without the address, such as {@code answered 404}
     */
    byte[] get(URI address) throws IOException;

    /**
     * Asks an OCSP responder (RFC 6960, A.1): the body of the answer to {@code POST}, at most
     * {@link #LARGEST_OCSP_ANSWER}.
     *
     * @param ocspRequest in DER, sent as {@code application/ocsp-request}
     * @throws IOException if there is none; its message is a clause without the address, such as {@code answered 404}
     */
    byte[] post(URI address, byte[] ocspRequest) throws IOException;
}
