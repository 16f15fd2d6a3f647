package throughline.harness.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import throughline.replica.Admission;
import throughline.replica.AdmissionEntry;
import throughline.replica.AdmissionLimits;
import throughline.replica.CertificatePattern;

/** Whom a replica lets in, and how much of it they may take up. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields before they are read
final class AdmissionOptions {
    @Option(
            names = "--allow",
            required = true,
            split = ",",
            paramLabel = "NAME|SHA256",
            description =
                    "Who may replicate to here: the name in the primary's certificate, with one * in its first label"
                            + " if need be, such as 'primary*.example.com'; or the SHA-256 of that certificate, 64 hexadecimal"
                            + " digits. Nobody else may, whoever issued the certificate.")
    private List<String> allowed;

    @Option(
            names = "--trust-group",
            paramLabel = "NAME",
            description =
                    "Those who are allowed may continue each other's machines. Without it, a machine is continued only"
                            + " by the primary that created it.")
    private @Nullable String trustGroup;

    @Option(names = "--limit-disk", paramLabel = "SIZE", description = "The largest disk, such as 2TiB.")
    private String disk;

    @Option(names = "--limit-disks", paramLabel = "N", description = "The most disks of a machine.")
    private Integer disks;

    @Option(
            names = "--limit-space",
            paramLabel = "SIZE",
            description = "What all machines together may take up, the log of the store included and its index not.")
    private String space;

    @Option(names = "--limit-rate", paramLabel = "SIZE", description = "What a primary may send in a second.")
    private String rate;

    @Option(names = "--limit-transfers", paramLabel = "N", description = "What a primary may send at a time.")
    private Integer transfers;

    Admission admission(Path store) throws BadInputException {
        if (trustGroup != null && trustGroup.isBlank()) {
            // As of a shell variable that is not set: whoever wrote it wanted a group, and would not have one.
            throw new BadInputException("--trust-group \"\"; accepted is a name that is not empty, or none at all");
        }
        String group = trustGroup == null ? "" : trustGroup;
        try {
            List<AdmissionEntry> entries = new ArrayList<>();
            for (String one : allowed) {
                entries.add(new AdmissionEntry(pattern(one), store, group));
            }
            return new Admission(entries, limits());
        } catch (IllegalArgumentException e) {
            throw new BadInputException(String.valueOf(e.getMessage()));
        }
    }

    private static CertificatePattern pattern(String given) {
        // No label of a host name is that long (RFC 1035 section 2.3.4), so nothing is taken for the other.
        return given.matches("[0-9A-Fa-f]{64}")
                ? new CertificatePattern.Thumbprint(given)
                : new CertificatePattern.Name(given);
    }

    private AdmissionLimits limits() throws BadInputException {
        AdmissionLimits limits = AdmissionLimits.usual();
        if (disk != null) {
            limits = limits.withLargestDisk(ByteSize.parse("--limit-disk", disk));
        }
        if (disks != null) {
            try {
                limits = limits.withMostDisks(disks);
            } catch (IllegalArgumentException e) {
                throw new BadInputException("--limit-disks: " + e.getMessage());
            }
        }
        if (space != null) {
            limits = limits.withTotalSpace(ByteSize.parse("--limit-space", space));
        }
        if (rate != null) {
            limits = limits.withBytesPerSecond(ByteSize.parse("--limit-rate", rate));
        }
        return transfers == null ? limits : limits.withMostTransfers(transfers);
    }
}
