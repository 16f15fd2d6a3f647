package throughline.harness.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import throughline.certs.Flaw;
import throughline.certs.TestPki;
import throughline.harness.middlebox.Middlebox;
import throughline.harness.topology.Axis.Certificates;
import throughline.harness.topology.Axis.Http;
import throughline.harness.topology.Axis.Tls;
import throughline.harness.topology.Cell;
import throughline.harness.topology.Topology;
import throughline.identity.Identity;
import throughline.primary.ClientSettings;
import throughline.primary.ExpectedReplica;
import throughline.primary.PrimaryClient;
import throughline.primary.Progress;
import throughline.primary.Replicated;
import throughline.primary.Replication;
import throughline.primary.ReplicationFailed;
import throughline.primary.dial.TimeLimits;
import throughline.primary.disk.Disk;
import throughline.primary.replication.CycleProgress;
import throughline.primary.replication.CycleResult;
import throughline.primary.replication.ReplicationListener;
import throughline.primary.replication.ReplicationSettings;
import throughline.primary.replication.RetryPolicy;
import throughline.protocol.DiskName;
import throughline.protocol.replication.MachineName;
import throughline.replica.Admission;
import throughline.replica.Replica;
import throughline.replica.ReplicaSettings;

/**
 * A cell brought to life: a replica, the middleboxes in front of it and a primary that is pointed at the first, all on
 * loopback and free ports, with certificates of their own. Closing it ends everything and removes its folder.
 */
public final class Testbed implements AutoCloseable {
    /** The replica's name in every testbed; it has a dot, because JSSE sends no SNI for a name without. */
    public static final String REPLICA = "replica.test";

    private static final String PRIMARY = "primary.test";
    private static final DiskName DISK = new DiskName("disk");
    private static final int COMPARED = 256 << 10;

    /** Short enough that silence is noticed soon, long enough for a busy machine: an answer takes some 20 ms. */
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(3);

    private final Cell cell;
    private final Path folder;
    private final Replica replica;
    private final Path store;
    private final PrimaryClient primary;
    private final ClientSettings settings;
    private final Boxes boxes;
    private volatile boolean closed;

    private Testbed(Cell cell, Path folder, Replica replica, Boxes boxes, ClientSettings settings) {
        this.cell = cell;
        this.folder = folder;
        this.store = folder.resolve("store");
        this.replica = replica;
        this.boxes = boxes;
        this.settings = settings;
        this.primary = new PrimaryClient(settings);
    }

    /** Good certificates, TLS 1.3, HTTP/2. */
    public static Testbed open(Topology topology) {
        return open(new Cell(topology, Certificates.GOOD, Tls.TLS_1_3, Http.HTTP_2));
    }

    /** Opens all of the cell or, if a part fails, nothing. */
    public static Testbed open(Cell cell) {
        try {
            Path folder = Files.createTempDirectory("throughline-");
            try {
                return open(cell, folder);
            } catch (IOException | RuntimeException e) {
                Folders.delete(folder);
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("no testbed for " + cell, e);
        }
    }

    private static Testbed open(Cell cell, Path folder) throws IOException {
        TestPki pki = TestPki.create(InstantSource.system());
        Identity server = server(pki, cell.certificates());
        Admission admission = Admission.anyAcceptedCertificate(folder.resolve("store"));
        Replica replica = Replica.start(ReplicaSettings.builder(server, pki.trust(), admission)
                .tlsVersions(List.of(cell.tls().javaName()))
                .build());
        try {
            LabKeys keys = LabKeys.of(pki, server, cell.topology());
            Boxes boxes = Boxes.open(cell.topology(), keys, replica.address());
            try {
                return new Testbed(cell, folder, replica, boxes, settings(cell, keys, replica, boxes));
            } catch (RuntimeException e) {
                boxes.close();
                throw e;
            }
        } catch (RuntimeException e) {
            replica.close();
            throw e;
        }
    }

    /** Tries the path without sending content. */
    public Attempt tryPath() {
        try {
            return worked(primary.tryPath());
        } catch (ReplicationFailed e) {
            return failed(e);
        }
    }

    /**
     * Replicates the image.
     *
     * @throws UncheckedIOException when the image cannot be read
     */
    public Attempt replicate(Path image) {
        return replicate(image, Progress.none());
    }

    public Attempt replicate(Path image, Progress progress) {
        try (Replication replication = primary.replication(cycleOf(image, progress))) {
            CycleResult result = replication.runCycle();
            return Attempt.of(this, result.caseFile(), Optional.of(result.receipt()), Optional.empty());
        } catch (ReplicationFailed e) {
            return failed(e);
        } catch (IOException e) {
            throw new UncheckedIOException(String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while " + image + " was replicated");
        }
    }

    /** Not compressed: the boxes count what they carry, and it is compared with what the receipt is for. */
    private static ReplicationSettings cycleOf(Path image, Progress progress) throws IOException {
        return ReplicationSettings.of(new MachineName(DISK.value()), List.of(Disk.ofFile(DISK, image)))
                .compression(false)
                .retries(RetryPolicy.none())
                .listener(new ReplicationListener() {
                    @Override
                    public void progress(CycleProgress cycle) {
                        progress.sent(Math.min(cycle.done(), cycle.changed()), cycle.changed());
                    }
                })
                .build();
    }

    /**
     * Compares the image byte by byte with what the replica holds of the disk that {@link #replicate} sends.
     *
     * @return the offset of the first byte that differs, or where the shorter one ends; -1 when they are the same
     */
    public long mismatch(Path image) throws IOException {
        try (InputStream here = Files.newInputStream(image);
                InputStream there = replica.store(store).content(new MachineName(DISK.value()), DISK, 0)) {
            byte[] ours = new byte[COMPARED];
            byte[] theirs = new byte[COMPARED];
            for (long offset = 0; ; offset += COMPARED) {
                int length = here.readNBytes(ours, 0, COMPARED);
                int held = there.readNBytes(theirs, 0, COMPARED);
                int difference = Arrays.mismatch(ours, 0, length, theirs, 0, held);
                if (difference >= 0 || length < COMPARED) {
                    return difference < 0 ? -1 : offset + difference;
                }
            }
        }
    }

    /** Whether closing has begun: then nothing more is waited for. */
    boolean closed() {
        return closed;
    }

    /** Everything that the testbed writes lies below it. */
    Path folder() {
        return folder;
    }

    public Cell cell() {
        return cell;
    }

    public Replica replica() {
        return replica;
    }

    /** From the primary on. */
    public List<Middlebox> middleboxes() {
        return boxes.inOrder();
    }

    /** How the primary is set up: for a second one that differs. */
    public ClientSettings clientSettings() {
        return settings;
    }

    /** Ends primary, boxes and replica, whatever they are doing, from any thread. */
    @Override
    public void close() {
        closed = true;
        primary.close();
        boxes.close();
        replica.close();
        Folders.delete(folder);
    }

    private Attempt worked(Replicated replicated) {
        return Attempt.of(this, replicated.caseFile(), replicated.receipt(), Optional.empty());
    }

    private Attempt failed(ReplicationFailed failed) {
        return Attempt.of(this, failed.caseFile(), Optional.empty(), Optional.ofNullable(failed.getCause()));
    }

    private static Identity server(TestPki pki, Certificates certificates) {
        return switch (certificates) {
            case SERVER_EXPIRED -> pki.server(REPLICA, Flaw.EXPIRED);
            case SERVER_WRONG_NAME -> pki.server(REPLICA, Flaw.WRONG_NAME);
            case GOOD, CLIENT_EXPIRED, CLIENT_UNKNOWN_ISSUER, CLIENT_NONE -> pki.server(REPLICA);
        };
    }

    private static Optional<Identity> client(TestPki pki, Certificates certificates) {
        return switch (certificates) {
            case CLIENT_NONE -> Optional.empty();
            case CLIENT_EXPIRED -> Optional.of(pki.client(PRIMARY, Flaw.EXPIRED));
            case CLIENT_UNKNOWN_ISSUER -> Optional.of(pki.client(PRIMARY, Flaw.UNKNOWN_ISSUER));
            case GOOD, SERVER_EXPIRED, SERVER_WRONG_NAME -> Optional.of(pki.client(PRIMARY));
        };
    }

    private static ClientSettings settings(Cell cell, LabKeys keys, Replica replica, Boxes boxes) {
        TestPki pki = keys.pki();
        boolean explicit = cell.topology().explicit();
        InetSocketAddress entrance = boxes.entrance();
        int port = explicit ? replica.port() : entrance.getPort();
        ClientSettings.Builder builder = ClientSettings.to(URI.create("https://" + REPLICA + ":" + port))
                .trust(cell.topology().inspectorTrusted() ? keys.trustWithInspector() : pki.trust())
                .expectedReplica(ExpectedReplica.withKeyOf(keys.server().leaf()))
                .limits(limits())
                .tlsVersions(cell.tls().javaName())
                .http2(cell.http() == Http.HTTP_2)
                .resolver(Testbed::lookup);
        client(pki, cell.certificates()).ifPresent(builder::identity);
        if (explicit) {
            builder.proxy(ProxyWords.of(cell.topology(), boxes.inOrder(), keys));
        }
        return builder.build();
    }

    /** The lab's names: the replica's own leads to loopback, as it must for a box that the primary is not told of. */
    private static List<InetAddress> lookup(String host) throws UnknownHostException {
        if (host.equals(REPLICA)
                || host.equals(LabKeys.PROXY)
                || host.equals(InetAddress.getLoopbackAddress().getHostAddress())) {
            return List.of(InetAddress.getLoopbackAddress());
        }
        throw new UnknownHostException(host);
    }

    private static TimeLimits limits() {
        Duration step = Duration.ofSeconds(10);
        return new TimeLimits(step, step, step, step, FIRST_ANSWER, Duration.ofSeconds(30));
    }
}
