package throughline.certs.revocation;

/** What an OCSP responder answers to every question (RFC 6960, 4.2.1). */
public enum OcspAnswer {
    /** {@code good}, also of certificates that were never issued, or {@code revoked}, as it was told. */
    TRUTH,
    /** {@code unknown}: signed, in force, and of no help. */
    UNKNOWN,
    /** The unsigned status {@code tryLater}. */
    TRY_LATER,
    /** The unsigned status {@code unauthorized}: the answer of responders that do not keep this certificate (RFC 5019). */
    UNAUTHORIZED,
    /** The truth of yesterday: nextUpdate is an hour ago. */
    STALE,
    /** The truth, signed by another key under the authority's name. */
    WRONG_SIGNER,
    /** The truth about another certificate than the one that was asked about. */
    OTHER_CERTIFICATE,
    /** A web page with status 200, as captive portals give it. */
    MALFORMED,
    /** HTTP status 404. */
    NOT_FOUND,
    /** Takes the request and says nothing until the server is closed. */
    SILENT
}
