package throughline.benchmarks;

import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import okhttp3.tls.HeldCertificate;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import throughline.certs.CertificateAuthority;
import throughline.certs.LeafRequest;
import throughline.identity.Identity;

/**
 * A P-256 server leaf with a key pair of its own, valid for a day, signed by a P-256 root: ours and that of okhttp-tls.
 * Both leave keys and signatures to the JDK's default provider. Both name the server in CN and SAN; ours also says basic
 * constraints, key usage, extended key usage and key identifiers, for which okhttp-tls has no setting in a leaf.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class LeafMinting {
    private static final String NAME = "replica.test";

    private final CertificateAuthority ourRoot = CertificateAuthority.root("Root", InstantSource.system());
    private final HeldCertificate theirRoot = new HeldCertificate.Builder()
            .ecdsa256()
            .commonName("Root")
            .certificateAuthority(0)
            .build();

    @Benchmark
    public Identity ours() {
        return ourRoot.issue(LeafRequest.server(NAME));
    }

    @Benchmark
    public HeldCertificate theirs() {
        return new HeldCertificate.Builder()
                .ecdsa256()
                .commonName(NAME)
                .addSubjectAlternativeName(NAME)
                .signedBy(theirRoot)
                .build();
    }
}
