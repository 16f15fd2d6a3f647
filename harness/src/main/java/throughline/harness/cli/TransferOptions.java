package throughline.harness.cli;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;
import throughline.primary.disk.Disk;
import throughline.primary.replication.PayloadStyle;
import throughline.primary.replication.ReplicationListener;
import throughline.primary.replication.ReplicationSettings;
import throughline.primary.replication.RetryPolicy;
import throughline.protocol.Excerpt;
import throughline.protocol.replication.MachineName;

/** How content travels, and how often. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields before they are read
final class TransferOptions {
    private static final Map<String, PayloadStyle> STYLES = Map.of(
            "known-length", PayloadStyle.KNOWN_LENGTH,
            "chunked", PayloadStyle.CHUNKED,
            "declared-huge", PayloadStyle.DECLARED_HUGE);

    @Option(
            names = "--every",
            paramLabel = "TIME",
            description =
                    "Goes on until ^C: what has changed is sent each 30s, 5m, 15m or any other time. What time can mend"
                            + " is tried again at once, everything else with the next interval. Without it, once.")
    private String interval;

    @Option(
            names = "--transfers",
            paramLabel = "N",
            defaultValue = "3",
            description = "Slices under way at a time (default: ${DEFAULT-VALUE}).")
    private int transfers;

    @Option(names = "--rate", paramLabel = "SIZE", description = "What may be sent in a second, such as 10MiB.")
    private String rate;

    @Option(
            names = "--slice",
            paramLabel = "SIZE",
            defaultValue = "64MiB",
            description = "The largest slice to begin with (default: ${DEFAULT-VALUE}).")
    private String slice;

    @Option(
            names = "--payload",
            paramLabel = "STYLE",
            defaultValue = "chunked",
            description =
                    "How a slice's length is announced: known-length, chunked, or declared-huge, which declares 500 GB as"
                            + " Hyper-V Replica does (default: ${DEFAULT-VALUE}).")
    private String payload;

    @Option(names = "--no-compression", description = "Sends everything as it is.")
    private boolean uncompressed;

    Optional<Duration> interval() throws BadInputException {
        return interval == null ? Optional.empty() : Optional.of(TimeSpan.parse("--every", interval));
    }

    /** Named here as they are given: the settings do not know of options. */
    private long largestSlice() throws BadInputException {
        long bytes = ByteSize.parse("--slice", slice);
        if (bytes < ReplicationSettings.SMALLEST_SLICE || bytes > ReplicationSettings.LARGEST_SLICE) {
            throw new BadInputException("--slice \"" + Excerpt.of(slice) + "\"; accepted is 1MiB to 1GiB");
        }
        return bytes;
    }

    private int transfers() throws BadInputException {
        if (transfers < 1 || transfers > ReplicationSettings.MOST_TRANSFERS) {
            throw new BadInputException(
                    "--transfers " + transfers + "; accepted are 1 to " + ReplicationSettings.MOST_TRANSFERS);
        }
        return transfers;
    }

    ReplicationSettings settings(MachineName machine, List<Disk> disks, ReplicationListener listener)
            throws BadInputException {
        PayloadStyle style = STYLES.get(payload);
        if (style == null) {
            throw new BadInputException(
                    "--payload \"" + Excerpt.of(payload) + "\"; accepted are known-length, chunked and declared-huge");
        }
        try {
            ReplicationSettings.Builder settings = ReplicationSettings.of(machine, disks)
                    .transfers(transfers())
                    .largestSlice(largestSlice())
                    .style(style)
                    .compression(!uncompressed)
                    .listener(listener)
                    .retries(interval == null ? RetryPolicy.none() : RetryPolicy.defaults());
            interval().ifPresent(settings::every);
            if (rate != null) {
                settings.bytesPerSecond(ByteSize.parse("--rate", rate));
            }
            return settings.build();
        } catch (IllegalArgumentException e) {
            throw new BadInputException(String.valueOf(e.getMessage()));
        }
    }
}
