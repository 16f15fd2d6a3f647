package throughline.certs.revocation;

/** What is found at an authority's CRL distribution point. */
public enum CrlAnswer {
    /** The authority's full CRL (RFC 5280, 5). */
    TRUTH,
    /** The CRL of yesterday: nextUpdate is an hour ago. */
    STALE,
    /** The CRL, signed by another key under the authority's name. */
    WRONG_SIGNER,
    /** The CRL of an authority of another name. */
    OTHER_ISSUER,
    /** A web page with status 200, as captive portals give it. */
    MALFORMED,
    /** HTTP status 404. */
    NOT_FOUND,
    /** Takes the request and says nothing until the server is closed. */
    SILENT
}
