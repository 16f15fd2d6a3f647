package throughline.primary.dial;

import java.util.Map;
import java.util.Optional;

/** Where user name and password for one proxy come from. Asked once for every connection through that proxy. */
@FunctionalInterface
public interface ProxyCredentialsSource {
    /** Those in force now; empty when there are none. May block. */
    Optional<ProxyCredentials> credentials();

    /**
     * Two variables of an environment.
     *
     * @throws IllegalArgumentException when asked, if one of them is not there; what is in the other is not told
     */
    static ProxyCredentialsSource variables(Map<String, String> environment, String user, String password) {
        return () -> Optional.of(new ProxyCredentials(value(environment, user), value(environment, password)));
    }

    private static String value(Map<String, String> environment, String name) {
        String value = Optional.ofNullable(environment.get(name))
                .orElseThrow(() -> new IllegalArgumentException(
                        "the variable " + name + ", which is to hold the proxy's credentials, is not set"));
        if (value.indexOf(ProxyUrl.UNREADABLE) >= 0) {
            throw new IllegalArgumentException("the variable " + name
                    + " holds bytes that are no text in this locale; accepted is UTF-8 with LC_ALL=C.UTF-8, or a file");
        }
        return value;
    }
}
