package throughline.benchmarks.paired;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import throughline.certs.CertificateAuthority;
import throughline.certs.IdentityWriter;
import throughline.certs.LeafRequest;
import throughline.identity.Identity;
import throughline.identity.IdentityFiles;
import throughline.identity.Trust;
import throughline.identity.UnusableIdentityException;

/** The certificates of one run in a folder, for all sides alike: one authority, one server, one client, all P-256. */
record LabFiles(Path folder) {
    static final String SERVER_NAME = "localhost";

    static LabFiles write(Path folder) throws IOException, UnusableIdentityException {
        LabFiles files = new LabFiles(Files.createDirectories(folder));
        CertificateAuthority root = CertificateAuthority.root("Benchmark Root", InstantSource.system());
        LeafRequest server = LeafRequest.server(SERVER_NAME).withIpAddresses(InetAddress.getLoopbackAddress());
        IdentityWriter.pem(root.issue(server), files.certificate("server"), files.key("server"));
        Identity client = root.issue(LeafRequest.client("primary.test"));
        IdentityWriter.pem(client, files.certificate("client"), files.key("client"));
        IdentityWriter.pem(Trust.of(List.of(root.certificate())), files.authority());
        return files;
    }

    Path certificate(String who) {
        return folder.resolve(who + ".pem");
    }

    Path key(String who) {
        return folder.resolve(who + ".key");
    }

    Path authority() {
        return folder.resolve("authority.pem");
    }

    Identity identity(String who) throws UnusableIdentityException {
        return IdentityFiles.identity(certificate(who), Optional.of(key(who)), Optional.empty());
    }

    Trust trust() throws UnusableIdentityException {
        return IdentityFiles.trust(authority(), Optional.empty());
    }
}
