package throughline.primary.evidence;

import java.util.List;
import java.util.Optional;

/**
 * What the attempt was told: settings as far as a diagnosis may need them, without secrets.
 *
 * @param host the replica's name or address
 * @param proxy host and port; absent for a direct connection
 * @param proxyCredentials whether credentials for the proxy are configured
 * @param identity our client certificate; absent when none is configured
 * @param trusted subjects of the trust anchors, RFC 2253 form, at most 20
 * @param pins SHA-256 of keys, lower-case hex, one of which the replica or its issuer must have; empty without a pin
 * @param tlsVersions accepted, as JSSE names them
 * @param httpVersions offered, as ALPN names them
 * @param runtime Java version
 */
public record Setup(
        String host,
        int port,
        Optional<String> proxy,
        boolean proxyCredentials,
        Optional<CertificateFacts> identity,
        List<String> trusted,
        List<String> pins,
        List<String> tlsVersions,
        List<String> httpVersions,
        String runtime) {

    /** Host and port as they stand in a URL; an IPv6 literal in brackets. */
    public String replica() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
