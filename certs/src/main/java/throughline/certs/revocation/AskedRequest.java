package throughline.certs.revocation;

/**
 * A request as it came in.
 *
 * @param path with the query, without scheme and host
 * @param absoluteForm whether the request line named scheme and host, as it does towards a proxy (RFC 9112, 3.2.2)
 */
public record AskedRequest(String method, String path, boolean absoluteForm) {}
