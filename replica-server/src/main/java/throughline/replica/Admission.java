package throughline.replica;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Collectors;
import throughline.protocol.Excerpt;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;
import throughline.replica.store.PrimaryName;

/**
 * Which primaries may replicate, and where to. Whose certificate matches no entry is refused with NOT_AUTHORISED, whoever
 * issued it. A machine stays in the folder where it was created, and is continued only by the primary that created it, or
 * by one of the same trust group.
 *
 * @param entries the first that matches counts
 * @param limits for each of them
 */
public record Admission(List<AdmissionEntry> entries, AdmissionLimits limits) {

    public Admission {
        entries = List.copyOf(entries);
    }

    /** Whoever has a certificate that the replica's trust accepts may create machines: for tests, and where the authority issues to primaries alone. */
    public static Admission anyAcceptedCertificate(Path store) {
        return new Admission(
                List.of(new AdmissionEntry(new CertificatePattern.AnyAccepted(), store, "")), AdmissionLimits.usual());
    }

    /** Primaries with one of these names, see {@link CertificatePattern.Name}, each alone with its machines. */
    public static Admission ofNames(Path store, List<String> names) {
        return new Admission(
                names.stream()
                        .map(name -> new AdmissionEntry(new CertificatePattern.Name(name), store, ""))
                        .toList(),
                AdmissionLimits.usual());
    }

    public Admission withLimits(AdmissionLimits others) {
        return new Admission(entries, others);
    }

    /** @throws RefusedException NOT_AUTHORISED, naming the names in the certificate */
    Admitted admit(X509Certificate leaf) throws RefusedException {
        for (AdmissionEntry entry : entries) {
            if (entry.certificates().matches(leaf)) {
                return new Admitted(PrimaryName.of(leaf), entry);
            }
        }
        String names =
                PrimaryName.names(leaf).stream().limit(8).map(Excerpt::of).collect(Collectors.joining(", "));
        throw new RefusedException(
                RefusalReason.NOT_AUTHORISED,
                "no entry of this replica's admission is for the client certificate of "
                        + (names.isEmpty() ? "nobody: it has neither a dNSName nor a common name" : names));
    }
}
