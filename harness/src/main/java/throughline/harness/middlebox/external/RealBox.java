package throughline.harness.middlebox.external;

import java.util.Arrays;
import java.util.Optional;
import throughline.harness.middlebox.MiddleboxKind;
import throughline.harness.middlebox.Treatment;

/** A product in one of its modes, as the replica's connections meet it. */
public enum RealBox {
    SQUID("squid", Product.SQUID, MiddleboxKind.TUNNEL, "passes bytes"),
    SQUID_LOGIN("squid-login", Product.SQUID, MiddleboxKind.TUNNEL, "wants credentials by Basic"),
    SQUID_BUMP("squid-bump", Product.SQUID, MiddleboxKind.INSPECTOR, "ssl_bump: bumps everything at once"),
    SQUID_PEEK_SPLICE(
            "squid-peek-splice", Product.SQUID, MiddleboxKind.TUNNEL, "ssl_bump: peeks, and splices everything"),
    SQUID_STARE_BUMP(
            "squid-stare-bump", Product.SQUID, MiddleboxKind.INSPECTOR, "ssl_bump: stares at the replica, then bumps"),
    SQUID_EXEMPT(
            "squid-exempt",
            Product.SQUID,
            MiddleboxKind.TUNNEL,
            "ssl_bump: bumps all but the replica, which is exempt"),
    MITMPROXY("mitmproxy", Product.MITMPROXY, MiddleboxKind.INSPECTOR, "regular"),
    MITMPROXY_REVERSE("mitmproxy-reverse", Product.MITMPROXY, MiddleboxKind.TRANSPARENT_INSPECTOR, "reverse"),
    MITMPROXY_CLIENT_CERTS(
            "mitmproxy-client-certs",
            Product.MITMPROXY,
            MiddleboxKind.INSPECTOR,
            "regular, with client_certs: an accepted certificate of its own"),
    MITMPROXY_IGNORE_HOSTS(
            "mitmproxy-ignore-hosts",
            Product.MITMPROXY,
            MiddleboxKind.TUNNEL,
            "regular, with the replica in ignore_hosts"),
    TINYPROXY("tinyproxy", Product.TINYPROXY, MiddleboxKind.TUNNEL, "passes bytes"),
    TINYPROXY_LOGIN("tinyproxy-login", Product.TINYPROXY, MiddleboxKind.TUNNEL, "wants credentials by Basic"),
    NGINX_STREAM("nginx-stream", Product.NGINX, MiddleboxKind.RELAY, "stream with ssl_preread: passes bytes by SNI"),
    NGINX_TLS("nginx-tls", Product.NGINX, MiddleboxKind.LOAD_BALANCER, "ends TLS, with no certificate to present"),
    NGINX_TLS_OWN(
            "nginx-tls-own",
            Product.NGINX,
            MiddleboxKind.LOAD_BALANCER,
            "ends TLS and presents an accepted certificate"),
    HAPROXY_TCP("haproxy-tcp", Product.HAPROXY, MiddleboxKind.RELAY, "passes bytes by SNI"),
    HAPROXY_TLS(
            "haproxy-tls", Product.HAPROXY, MiddleboxKind.LOAD_BALANCER, "ends TLS, with no certificate to present"),
    DANTE("dante", Product.DANTE, MiddleboxKind.SOCKS_TUNNEL, "SOCKS 5 without a login");

    private final String id;
    private final Product product;
    private final MiddleboxKind kind;
    private final String title;

    RealBox(String id, Product product, MiddleboxKind kind, String title) {
        this.id = id;
        this.product = product;
        this.kind = kind;
        this.title = title;
    }

    /** The one of this name. */
    public static Optional<RealBox> find(String id) {
        return Arrays.stream(values()).filter(box -> box.id.equals(id)).findFirst();
    }

    /** Stable, lower case with hyphens. */
    public String id() {
        return id;
    }

    public Product product() {
        return product;
    }

    /** What it does with connections to the replica. */
    public MiddleboxKind kind() {
        return kind;
    }

    /** What it does with those whom it lets in. */
    public Treatment treatment() {
        return kind.endsTls() ? Treatment.TERMINATED : Treatment.PASSED;
    }

    public boolean wantsLogin() {
        return this == SQUID_LOGIN || this == TINYPROXY_LOGIN;
    }

    /** One line for lists: the product and what it does. */
    public String title() {
        return product.id() + ": " + title;
    }
}
