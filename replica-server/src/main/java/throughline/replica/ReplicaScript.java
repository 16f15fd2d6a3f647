package throughline.replica;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a replica is to do with exchanges to come. Each behaviour is used once, on the first exchange that it is for, in the
 * order in which they were given; what no behaviour is for is served as it should. Thread-safe.
 */
public final class ReplicaScript {
    private final List<Line> lines = new ArrayList<>();

    private record Line(Set<ExchangeKind> kinds, ReplicaBehaviour behaviour) {}

    /** For the next exchange, whatever it is; on a new connection that is the announcement. */
    public void enqueue(ReplicaBehaviour behaviour) {
        add(EnumSet.allOf(ExchangeKind.class), behaviour);
    }

    /** For the next exchange of a kind. */
    public void enqueue(ExchangeKind kind, ReplicaBehaviour behaviour) {
        add(EnumSet.of(kind), behaviour);
    }

    /** How many behaviours have not been used. */
    public synchronized int remaining() {
        return lines.size();
    }

    synchronized Optional<ReplicaBehaviour> next(ExchangeKind kind) {
        for (Iterator<Line> all = lines.iterator(); all.hasNext(); ) {
            Line line = all.next();
            if (line.kinds().contains(kind)) {
                all.remove();
                return Optional.of(line.behaviour());
            }
        }
        return Optional.empty();
    }

    private synchronized void add(Set<ExchangeKind> kinds, ReplicaBehaviour behaviour) {
        lines.add(new Line(kinds, behaviour));
    }
}
