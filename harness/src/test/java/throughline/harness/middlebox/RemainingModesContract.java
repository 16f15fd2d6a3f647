package throughline.harness.middlebox;

import org.junit.jupiter.api.Nested;
import throughline.harness.middlebox.RealBoxContract.Of;
import throughline.harness.middlebox.external.RealBox;

/**
 * The contract, held by the other modes of the products. It takes as long again as {@link RealBoxContractTest}, so it runs when
 * it is asked for: {@code -Dtest=RemainingModesContract}.
 */
class RemainingModesContract {
    @Nested
    @Of(RealBox.SQUID_LOGIN)
    class OfSquidLogin extends RealBoxContract {}

    @Nested
    @Of(RealBox.SQUID_PEEK_SPLICE)
    class OfSquidPeekSplice extends RealBoxContract {}

    @Nested
    @Of(RealBox.SQUID_STARE_BUMP)
    class OfSquidStareBump extends RealBoxContract {}

    @Nested
    @Of(RealBox.SQUID_EXEMPT)
    class OfSquidExempt extends RealBoxContract {}

    @Nested
    @Of(RealBox.MITMPROXY_REVERSE)
    class OfMitmproxyReverse extends RealBoxContract {}

    @Nested
    @Of(RealBox.MITMPROXY_CLIENT_CERTS)
    class OfMitmproxyClientCerts extends RealBoxContract {}

    @Nested
    @Of(RealBox.MITMPROXY_IGNORE_HOSTS)
    class OfMitmproxyIgnoreHosts extends RealBoxContract {}

    @Nested
    @Of(RealBox.TINYPROXY_LOGIN)
    class OfTinyproxyLogin extends RealBoxContract {}

    @Nested
    @Of(RealBox.NGINX_TLS_OWN)
    class OfNginxTlsOwn extends RealBoxContract {}
}
