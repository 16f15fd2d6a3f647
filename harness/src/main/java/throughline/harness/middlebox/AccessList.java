package throughline.harness.middlebox;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.util.Locale;
import java.util.Set;

/**
 * Which hosts a box connects to, whatever the port; names are compared without letter case.
 *
 * @param allowed these and no others; empty for all
 * @param denied not these, even if they are allowed
 */
public record AccessList(Set<String> allowed, Set<String> denied) {
    public AccessList {
        allowed = lowerCase(allowed);
        denied = lowerCase(denied);
    }

    public static AccessList everything() {
        return new AccessList(Set.of(), Set.of());
    }

    boolean permits(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return !denied.contains(name) && (allowed.isEmpty() || allowed.contains(name));
    }

    private static Set<String> lowerCase(Set<String> names) {
        return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(toUnmodifiableSet());
    }
}
