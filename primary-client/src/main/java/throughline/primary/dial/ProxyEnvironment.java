package throughline.primary.dial;

import java.util.Map;
import java.util.Optional;

/**
 * What the environment says about proxies, as curl reads it for an https address: {@code https_proxy}, {@code HTTPS_PROXY},
 * {@code all_proxy}, {@code ALL_PROXY}, the first that is set and not empty; and {@code no_proxy}, {@code NO_PROXY}. A URL may
 * hold credentials, which are for that proxy only.
 */
public final class ProxyEnvironment {
    private final Map<String, String> variables;

    private ProxyEnvironment(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    /** Of these variables. */
    public static ProxyEnvironment of(Map<String, String> variables) {
        return new ProxyEnvironment(variables);
    }

    /** Of this process. */
    public static ProxyEnvironment current() {
        return new ProxyEnvironment(System.getenv());
    }

    /**
     * The way to this host, whose address stands without brackets.
     *
     * @throws IllegalArgumentException if the variable that counts names no proxy of a kind that is known; going past it would
     *     not be what was asked for
     */
    public ProxySettings settings(String host, int port) {
        Optional<String> name = firstOf("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY");
        Optional<String> excepted = firstOf("no_proxy", "NO_PROXY").map(variables::get);
        if (name.isEmpty()
                || excepted.filter(list -> NoProxy.parse(list).covers(host, port))
                        .isPresent()) {
            return ProxySettings.direct();
        }
        try {
            return ProxyUrl.parseLenient(variables.getOrDefault(name.get(), "")).hop();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name.get() + ": " + e.getMessage(), e);
        }
    }

    private Optional<String> firstOf(String... names) {
        for (String name : names) {
            if (!variables.getOrDefault(name, "").isEmpty()) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }
}
