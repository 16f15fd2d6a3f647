package throughline.harness.middlebox;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.util.Set;

/**
 * Which hosts a box connects to, whatever the port; a name is the same in any letter case and with a dot at its end, an address
 * in any of its forms. What a name leads to is not looked at.
 *
 * @param allowed these and no others; empty for all
 * @param denied not these, even if they are allowed
 */
public record AccessList(Set<String> allowed, Set<String> denied) {
    public AccessList {
        allowed = inOneForm(allowed);
        denied = inOneForm(denied);
    }

    public static AccessList everything() {
        return new AccessList(Set.of(), Set.of());
    }

    boolean permits(String host) {
        String name = HostForm.of(host);
        return !denied.contains(name) && (allowed.isEmpty() || allowed.contains(name));
    }

    private static Set<String> inOneForm(Set<String> names) {
        return names.stream().map(HostForm::listed).collect(toUnmodifiableSet());
    }
}
