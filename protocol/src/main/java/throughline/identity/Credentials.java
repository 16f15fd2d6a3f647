package throughline.identity;

import java.util.Optional;

/**
 * An identity and a trust that belong together: they come into force together, and neither is ever combined with one of
 * another time.
 *
 * @param identity what is shown in handshakes; absent where an endpoint shows none
 * @param trust who is believed in handshakes
 */
public record Credentials(Optional<Identity> identity, Trust trust) {
    public static Credentials of(Identity identity, Trust trust) {
        return new Credentials(Optional.of(identity), trust);
    }

    public static Credentials withoutIdentity(Trust trust) {
        return new Credentials(Optional.empty(), trust);
    }
}
