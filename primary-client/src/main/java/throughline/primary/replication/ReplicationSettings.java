package throughline.primary.replication;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import throughline.primary.disk.Disk;
import throughline.protocol.DiskName;
import throughline.protocol.replication.DeclaredDisk;
import throughline.protocol.replication.MachineDeclaration;
import throughline.protocol.replication.MachineName;

/**
 * What a replication is told. Only the machine and its disks have no default.
 *
 * @param machine its name at the replica
 * @param disks 1 to 64, with different names; a replica knows them by this order
 * @param transfers slices under way at a time, each on a connection of its own
 * @param bytesPerSecond of slices, for all transfers together; absent for no limit
 * @param largestSlice in bytes of its content without compression, to begin with
 * @param compression whether content may be compressed, where the replica reads it and zstd is there
 * @param interval from the beginning of a cycle to the beginning of the next; absent where cycles are run by hand
 */
public record ReplicationSettings(
        MachineName machine,
        List<Disk> disks,
        int transfers,
        OptionalLong bytesPerSecond,
        long largestSlice,
        PayloadStyle style,
        boolean compression,
        Optional<Duration> interval,
        RetryPolicy retries,
        ReplicationListener listener,
        Ticker ticker) {
    /** The most slices that may be under way at a time, as {@link #transfers}. */
    public static final int MOST_TRANSFERS = 64;

    /** In bytes, as {@link #largestSlice}. */
    public static final long SMALLEST_SLICE = SliceLimit.SMALLEST;

    /** In bytes, as {@link #largestSlice}. */
    public static final long LARGEST_SLICE = 1L << 30;

    public ReplicationSettings {
        disks = List.copyOf(disks);
        require(
                !disks.isEmpty() && disks.size() <= MachineDeclaration.MOST_DISKS,
                disks.size() + " disks; accepted are 1 to " + MachineDeclaration.MOST_DISKS);
        Set<DiskName> names = new HashSet<>();
        disks.forEach(disk -> require(
                names.add(disk.name()), "two disks of one machine have the same name, \"" + disk.name() + "\""));
        disks.forEach(disk -> require(
                disk.size() <= DeclaredDisk.MAXIMUM_SIZE,
                "disk " + disk.name() + " of " + disk.size() + " bytes; accepted are at most "
                        + DeclaredDisk.MAXIMUM_SIZE));
        require(
                transfers >= 1 && transfers <= MOST_TRANSFERS,
                transfers + " transfers at a time; accepted are 1 to " + MOST_TRANSFERS);
        require(
                bytesPerSecond.orElse(1) >= 1,
                bytesPerSecond.orElse(0) + " bytes per second; accepted is at least one");
        require(
                largestSlice >= SliceLimit.SMALLEST && largestSlice <= LARGEST_SLICE,
                "slices of at most " + largestSlice + " bytes; accepted are " + SliceLimit.SMALLEST + " to "
                        + LARGEST_SLICE);
        require(
                interval.orElse(Duration.ofSeconds(1)).compareTo(Duration.ZERO) > 0,
                "an interval of " + interval.orElse(Duration.ZERO) + "; accepted is one that passes");
    }

    public static Builder of(MachineName machine, List<? extends Disk> disks) {
        return new Builder(machine, disks);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /** Collects what differs from the defaults. */
    public static final class Builder {
        private final MachineName machine;
        private final List<Disk> disks;
        private int transfers = 3;
        private OptionalLong bytesPerSecond = OptionalLong.empty();
        private long largestSlice = 64 << 20;
        private PayloadStyle style = PayloadStyle.CHUNKED;
        private boolean compression = true;
        private Optional<Duration> interval = Optional.empty();
        private RetryPolicy retries = RetryPolicy.defaults();
        private ReplicationListener listener = ReplicationListener.none();
        private Ticker ticker = Ticker.system();

        private Builder(MachineName machine, List<? extends Disk> disks) {
            this.machine = machine;
            this.disks = List.copyOf(disks);
        }

        public Builder transfers(int atATime) {
            transfers = atATime;
            return this;
        }

        public Builder bytesPerSecond(long limit) {
            bytesPerSecond = OptionalLong.of(limit);
            return this;
        }

        public Builder largestSlice(long bytes) {
            largestSlice = bytes;
            return this;
        }

        public Builder style(PayloadStyle payloadStyle) {
            style = payloadStyle;
            return this;
        }

        public Builder compression(boolean allowed) {
            compression = allowed;
            return this;
        }

        /** As with the original: 30 seconds, 5 minutes or 15 minutes; or any other. */
        public Builder every(Duration between) {
            interval = Optional.of(between);
            return this;
        }

        public Builder retries(RetryPolicy policy) {
            retries = policy;
            return this;
        }

        public Builder listener(ReplicationListener told) {
            listener = told;
            return this;
        }

        public Builder ticker(Ticker time) {
            ticker = time;
            return this;
        }

        public ReplicationSettings build() {
            return new ReplicationSettings(
                    machine,
                    disks,
                    transfers,
                    bytesPerSecond,
                    largestSlice,
                    style,
                    compression,
                    interval,
                    retries,
                    listener,
                    ticker);
        }
    }
}
