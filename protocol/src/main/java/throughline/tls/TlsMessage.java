package throughline.tls;

/** One thing that an end of a TLS connection said in the clear, or the reason why no more can be read. */
public sealed interface TlsMessage permits ClientHello, ServerHello, Alert, NotTls, Malformed {}
