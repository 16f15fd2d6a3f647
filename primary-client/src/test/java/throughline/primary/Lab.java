package throughline.primary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import throughline.certs.TestPki;
import throughline.identity.Identity;
import throughline.identity.Trust;
import throughline.primary.dial.NameResolver;
import throughline.primary.dial.ProxySettings;
import throughline.primary.dial.TimeLimits;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.Evidence;
import throughline.protocol.DiskName;
import throughline.protocol.MalformedMessageException;
import throughline.replica.Admission;
import throughline.replica.Replica;
import throughline.replica.ReplicaSettings;

/** The certificates of one replica and one primary that accept each other, and attempts between them. */
final class Lab {
    static final String HOST = "replica.test";
    static final Duration LIMIT = Duration.ofSeconds(10);
    static final NameResolver LOOPBACK = resolvingTo("127.0.0.1");

    final TestPki pki = TestPki.create(Clock.systemUTC());
    final Identity server = pki.server(HOST);
    final Identity client = pki.client("primary.test");

    ReplicaSettings.Builder replica(Path store) {
        return ReplicaSettings.builder(server, pki.trust(), Admission.anyAcceptedCertificate(store));
    }

    /** One that accepts other primaries than this lab's. */
    ReplicaSettings replicaTrusting(Path store, Trust others) {
        return ReplicaSettings.builder(server, others, Admission.anyAcceptedCertificate(store))
                .build();
    }

    Replica startReplica(Path store) throws IOException {
        return Replica.start(replica(store).build());
    }

    ClientSettings.Builder settings(int port) {
        return withoutIdentity(port).identity(client);
    }

    ClientSettings.Builder withoutIdentity(int port) {
        return ClientSettings.to(URI.create("https://" + HOST + ":" + port))
                .trust(pki.trust())
                .limits(limits())
                // Both are offered, as the harder case.
                .http2(true)
                .resolver(LOOPBACK);
    }

    ClientSettings.Builder settingsThrough(int proxyPort, int port) {
        return settings(port).proxy(ProxySettings.httpConnect("127.0.0.1", proxyPort));
    }

    /** So long that none runs out on a busy machine. */
    static TimeLimits limits() {
        return new TimeLimits(LIMIT, LIMIT, LIMIT, LIMIT, LIMIT, LIMIT);
    }

    static NameResolver resolvingTo(String... addresses) {
        return host -> {
            InetAddress[] answer = new InetAddress[addresses.length];
            for (int i = 0; i < addresses.length; i++) {
                answer[i] = InetAddress.getByAddress(
                        host, InetAddress.getByName(addresses[i]).getAddress());
            }
            return List.of(answer);
        };
    }

    /** Content that neither zeros nor compression make shorter on the wire. */
    static byte[] noise(int length, int seed) {
        byte[] noise = new byte[length];
        new Random(seed).nextBytes(noise);
        return noise;
    }

    static DiskName disk(String name) {
        try {
            return DiskName.parse(name);
        } catch (MalformedMessageException e) {
            return fail("not a disk name", e);
        }
    }

    static Replicated works(ClientSettings.Builder settings) {
        try (PrimaryClient primary = new PrimaryClient(settings.build())) {
            return works(primary);
        }
    }

    static Replicated works(PrimaryClient primary) {
        try {
            Replicated replicated = primary.tryPath();
            assertReadsBackEqual(replicated.caseFile());
            return replicated;
        } catch (ReplicationFailed e) {
            return fail("it failed: " + e.caseFile().evidence(), e);
        }
    }

    static ReplicationFailed fails(ClientSettings.Builder settings) {
        try (PrimaryClient primary = new PrimaryClient(settings.build())) {
            return fails(primary);
        }
    }

    static ReplicationFailed fails(PrimaryClient primary) {
        return failed(primary::tryPath);
    }

    /** The failure of what must fail. */
    static ReplicationFailed failed(Attempt attempt) {
        try {
            return fail("it worked: " + attempt.run().caseFile().evidence());
        } catch (ReplicationFailed e) {
            assertReadsBackEqual(e.caseFile());
            return e;
        } catch (IOException e) {
            return fail("nothing was to be wrong with the image", e);
        }
    }

    interface Attempt {
        Replicated run() throws ReplicationFailed, IOException;
    }

    static String rule(ReplicationFailed failed) {
        return failed.verdict().rule().map(Object::toString).orElse("unexplained");
    }

    static <E extends Evidence> List<E> all(CaseFile file, Class<E> kind) {
        return file.evidence().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    static <E extends Evidence> List<E> all(ReplicationFailed failed, Class<E> kind) {
        return all(failed.caseFile(), kind);
    }

    static <E extends Evidence> Optional<E> last(ReplicationFailed failed, Class<E> kind) {
        return all(failed, kind).stream().reduce((earlier, later) -> later);
    }

    private static void assertReadsBackEqual(CaseFile file) {
        try {
            assertThat(CaseFormat.read(CaseFormat.write(file).getBytes(StandardCharsets.UTF_8)))
                    .isEqualTo(file);
        } catch (MalformedMessageException e) {
            fail("the case file cannot be read back", e);
        }
    }
}
