package throughline.identity.revocation;

import java.util.List;
import java.util.Optional;
import throughline.identity.revocation.RevocationStatus.State;

/** What an endpoint makes of the revocation of the other end's certificates. */
public enum RevocationPolicy {
    /** Refuses what is revoked, and what nobody could vouch for: Windows' setting for Hyper-V Replica. */
    REQUIRED,

    /** Refuses what is revoked. A source that cannot be reached is no reason to refuse. */
    WHEN_AVAILABLE,

    /** Does not ask. */
    OFF;

    /** The first of the statuses for which a chain is refused; empty if the chain is accepted. */
    public Optional<RevocationStatus> refused(List<RevocationStatus> statuses) {
        return statuses.stream().filter(status -> refuses(status.state())).findFirst();
    }

    private boolean refuses(State state) {
        return switch (this) {
            case REQUIRED -> state != State.GOOD;
            case WHEN_AVAILABLE -> state == State.REVOKED;
            case OFF -> false;
        };
    }
}
