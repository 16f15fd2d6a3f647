package throughline.harness.middlebox;

import java.util.Optional;
import throughline.harness.middlebox.MiddleboxContract.Clause;
import throughline.harness.middlebox.external.RealBox;

/** What real products do not do, and why. */
final class RealExceptions {
    private RealExceptions() {}

    static Optional<String> of(RealBox box, Clause clause) {
        return switch (clause) {
            case HALF_CLOSE -> halfClose(box);
            case CREDENTIALS -> credentials(box);
            case NO_ORDER -> noOrder(box);
            case CARRIES_BYTES, HUNDRED_CONNECTIONS, CLOSING -> Optional.empty();
        };
    }

    private static Optional<String> halfClose(RealBox box) {
        return switch (box.product()) {
            case SQUID ->
                Optional.of("squid ends a connection whose client has finished sending (half_closed_clients)");
            case MITMPROXY -> Optional.of("mitmproxy ends a connection whose client has finished sending");
            case TINYPROXY -> Optional.of("tinyproxy ends both directions when one has ended");
            case NGINX ->
                Optional.of("nginx ends a connection whose client has finished sending"
                        + " (proxy_half_close, proxy_ignore_client_abort)");
            case HAPROXY, DANTE -> Optional.empty();
        };
    }

    private static Optional<String> credentials(RealBox box) {
        return switch (box) {
            case SQUID, SQUID_LOGIN, TINYPROXY, TINYPROXY_LOGIN -> Optional.empty();
            case DANTE -> Optional.of("dante's accounts are those of the machine, of which a test makes none");
            default -> Optional.of(box.id() + " is not asked, or asks for nothing in this mode");
        };
    }

    private static Optional<String> noOrder(RealBox box) {
        return switch (box.product()) {
            case MITMPROXY, TINYPROXY ->
                Optional.of(box.product().id()
                        + " forwards plain requests too, also in origin form, to the host they name");
            case SQUID, NGINX, HAPROXY, DANTE -> Optional.empty();
        };
    }
}
