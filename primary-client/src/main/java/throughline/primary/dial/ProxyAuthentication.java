package throughline.primary.dial;

import java.util.Optional;

/** Who we say we are to one proxy. Bound to the proxy whose settings hold it; shows no secret in {@code toString}. */
public final class ProxyAuthentication {
    private static final ProxyAuthentication NONE = new ProxyAuthentication(Optional.empty());

    private final Optional<ProxyCredentials> credentials;

    private ProxyAuthentication(Optional<ProxyCredentials> credentials) {
        this.credentials = credentials;
    }

    /** Nobody in particular. */
    public static ProxyAuthentication none() {
        return NONE;
    }

    public static ProxyAuthentication of(ProxyCredentials credentials) {
        return new ProxyAuthentication(Optional.of(credentials));
    }

    static ProxyAuthentication of(Optional<ProxyCredentials> credentials) {
        return credentials.map(ProxyAuthentication::of).orElse(NONE);
    }

    boolean isConfigured() {
        return credentials.isPresent();
    }

    Optional<ProxyCredentials> current() {
        return credentials;
    }

    String conceal(String text) {
        return credentials.map(pair -> pair.conceal(text)).orElse(text);
    }

    @Override
    public String toString() {
        return isConfigured() ? "ProxyAuthentication[not shown]" : "ProxyAuthentication[none]";
    }
}
