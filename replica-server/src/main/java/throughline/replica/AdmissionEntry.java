package throughline.replica;

import java.nio.file.Path;

/**
 * Some primaries, and where what they send is kept.
 *
 * @param certificates of which primaries
 * @param store the storage folder of the machines that they create; several entries may share one
 * @param trustGroup whose members may continue each other's machines; empty where each primary is alone with its own
 */
public record AdmissionEntry(CertificatePattern certificates, Path store, String trustGroup) {

    public AdmissionEntry {
        store = store.toAbsolutePath().normalize();
    }
}
