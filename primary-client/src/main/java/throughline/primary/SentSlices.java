package throughline.primary;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import throughline.primary.replication.OutgoingSlice;
import throughline.protocol.replication.Commit;
import throughline.protocol.replication.PendingSlices;
import throughline.protocol.replication.SliceChain;

/**
 * The slices of a change set by number. Those behind a gap may be dropped by the replica after a cut, and their content is
 * then to be sent again; what has no gap before it never is.
 */
final class SentSlices {
    private final long first;
    private final String firstChain;
    private final List<Optional<String>> digests = new ArrayList<>();
    private final Map<Long, OutgoingSlice> revocable = new HashMap<>();
    private final Set<Long> uncertain = new HashSet<>();
    private final Deque<Long> free = new ArrayDeque<>();
    private final List<OutgoingSlice> lost = new ArrayList<>();
    private long withoutGap;
    private boolean arrived;

    /** @param before slices that were there already */
    SentSlices(PendingSlices before) {
        this.first = before.slices();
        this.firstChain = before.digest();
        this.withoutGap = first;
    }

    /** A number for another slice. */
    synchronized long take() {
        Long returned = free.poll();
        if (returned != null) {
            return returned;
        }
        digests.add(Optional.empty());
        return first + digests.size() - 1;
    }

    /** A number that was given back and that nobody took again: without a slice there, those behind it do not count. */
    synchronized OptionalLong gap() {
        Long returned = free.poll();
        return returned == null ? OptionalLong.empty() : OptionalLong.of(returned);
    }

    /** The slice was certainly not received under this number: another one may be. */
    synchronized void giveBack(long number, OutgoingSlice slice) {
        slice.putBack();
        free.add(number);
    }

    /** The slice was sent to its end, but its receipt did not arrive. */
    synchronized void uncertain(long number, OutgoingSlice slice) {
        digests.set(index(number), slice.digest());
        revocable.put(number, slice);
        uncertain.add(number);
    }

    synchronized void received(long number, OutgoingSlice slice) {
        arrived = true;
        digests.set(index(number), slice.digest());
        revocable.put(number, slice);
        while (revocable.containsKey(withoutGap) && isReceived(withoutGap)) {
            revocable.remove(withoutGap++);
        }
    }

    private boolean isReceived(long number) {
        return digests.get(index(number)).isPresent() && !uncertain.contains(number);
    }

    /** Whether anything arrived since this was asked last. */
    synchronized boolean arrived() {
        boolean some = arrived;
        arrived = false;
        return some;
    }

    /**
     * After a cut, when nothing is under way: what the replica holds counts, and only that.
     *
     * @return false when it holds something else than was sent
     */
    synchronized boolean reconcile(PendingSlices held) {
        if (held.slices() < withoutGap || held.slices() > first + digests.size()) {
            return false;
        }
        String chain = firstChain;
        for (long number = first; number < held.slices(); number++) {
            Optional<String> digest = digests.get(index(number));
            if (digest.isEmpty()) {
                return false;
            }
            chain = SliceChain.next(chain, digest.get());
        }
        if (!chain.equals(held.digest())) {
            return false;
        }
        for (long number = held.slices(); number < first + digests.size(); number++) {
            Optional.ofNullable(revocable.get(number)).ifPresent(OutgoingSlice::putBack);
        }
        uncertain.stream()
                .filter(number -> number >= held.slices())
                .forEach(number -> lost.add(Objects.requireNonNull(revocable.get(number))));
        uncertain.clear();
        revocable.clear();
        free.clear();
        digests.subList(index(held.slices()), digests.size()).clear();
        withoutGap = held.slices();
        return true;
    }

    /** Slices that were sent to their end and have not arrived, as the last {@link #reconcile} found out. */
    synchronized List<OutgoingSlice> lost() {
        List<OutgoingSlice> all = List.copyOf(lost);
        lost.clear();
        return all;
    }

    /** All of them, once each has its receipt. */
    synchronized Commit commit() {
        String chain = firstChain;
        for (Optional<String> digest : digests) {
            chain = SliceChain.next(chain, digest.orElseThrow());
        }
        return new Commit(first + digests.size(), chain);
    }

    private int index(long number) {
        return Math.toIntExact(number - first);
    }
}
