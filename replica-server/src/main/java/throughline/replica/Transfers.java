package throughline.replica;

import java.util.HashMap;
import java.util.Map;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;
import throughline.replica.store.PrimaryName;

/** How much each primary has under way. Thread-safe. */
final class Transfers {
    private final AdmissionLimits limits;
    private final Map<PrimaryName, OfPrimary> primaries = new HashMap<>();

    Transfers(AdmissionLimits limits) {
        this.limits = limits;
    }

    private static final class OfPrimary {
        private final Pace pace;
        private int underWay;

        private OfPrimary(Pace pace) {
            this.pace = pace;
        }
    }

    /** One of them; closed when it is over. */
    interface Transfer extends AutoCloseable {
        Pace pace();

        @Override
        void close();
    }

    /** @throws RefusedException TOO_MANY_TRANSFERS */
    synchronized Transfer begin(PrimaryName primary) throws RefusedException {
        OfPrimary all = primaries.computeIfAbsent(primary, name -> new OfPrimary(new Pace(limits.bytesPerSecond())));
        if (all.underWay == limits.mostTransfers()) {
            throw new RefusedException(
                    RefusalReason.TOO_MANY_TRANSFERS,
                    primary + " has " + all.underWay + " transfers under way; accepted are up to "
                            + limits.mostTransfers() + " at a time");
        }
        all.underWay++;
        return new Transfer() {
            @Override
            public Pace pace() {
                return all.pace;
            }

            @Override
            public void close() {
                end(primary, all);
            }
        };
    }

    private synchronized void end(PrimaryName primary, OfPrimary all) {
        all.underWay--;
        if (all.underWay == 0) {
            primaries.remove(primary, all);
        }
    }
}
