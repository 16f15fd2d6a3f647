package throughline.benchmarks.paired;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import throughline.identity.UnusableIdentityException;
import throughline.protocol.ConnectionView;
import throughline.protocol.ConnectionView.SessionView;
import throughline.protocol.DiskName;
import throughline.protocol.replication.MachineName;
import throughline.replica.Admission;
import throughline.replica.Replica;
import throughline.replica.ReplicaSettings;
import throughline.replica.store.ReplicaStore;

/** A replica in a JVM of its own: {@code ReplicaMain FOLDER STORE PORT}. */
final class ReplicaMain {
    private final LabFiles files;
    private final Path store;
    private final int port;
    private @Nullable Replica replica;

    private ReplicaMain(LabFiles files, Path store, int port) {
        this.files = files;
        this.store = store;
        this.port = port;
    }

    public static void main(String[] arguments) throws Exception {
        ReplicaMain main = new ReplicaMain(
                new LabFiles(Path.of(arguments[0])), Path.of(arguments[1]), Integer.parseInt(arguments[2]));
        Child.listen(main::told);
        main.stop();
    }

    private String told(String command, List<String> words) throws Exception {
        return switch (command) {
            case "start" -> start(port);
            case "check" -> start(0);
            case "empty" -> empty();
            case "stop" -> stop();
            case "merge" -> merge();
            case "suites" -> suites();
            case "peaks" -> Peaks.words();
            case "crc" -> crc(words.get(0), words.get(1));
            case "export" -> export(words.get(0), words.get(1), Path.of(words.get(2)));
            case "machines" -> String.valueOf(store().machines().size());
            default -> throw new IllegalArgumentException(command);
        };
    }

    private String start(int at) throws IOException, UnusableIdentityException {
        ReplicaSettings settings = ReplicaSettings.builder(
                        files.identity("server"), files.trust(), Admission.anyAcceptedCertificate(store))
                .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), at))
                .build();
        replica = Replica.start(settings);
        return String.valueOf(replica.port());
    }

    /** As at the first start, but with compiled code. */
    private String empty() throws IOException, UnusableIdentityException {
        stop();
        Folders.delete(store);
        return start(port);
    }

    private String stop() {
        if (replica != null) {
            replica.close();
            replica = null;
        }
        return "";
    }

    private String merge() throws IOException {
        store().merge();
        return "";
    }

    private String suites() {
        return Objects.requireNonNull(replica).connections().stream()
                .map(ConnectionView::session)
                .flatMap(Optional::stream)
                .map(SessionView::cipherSuite)
                .distinct()
                .collect(Collectors.joining(","));
    }

    private String crc(String machine, String disk) throws IOException {
        try (InputStream content = content(machine, disk)) {
            return Folders.crc(content);
        }
    }

    private String export(String machine, String disk, Path target) throws IOException {
        try (InputStream content = content(machine, disk);
                OutputStream out = Files.newOutputStream(target)) {
            content.transferTo(out);
        }
        return "";
    }

    private InputStream content(String machine, String disk) throws IOException {
        return store().content(new MachineName(machine), new DiskName(disk), 0);
    }

    private ReplicaStore store() {
        return Objects.requireNonNull(replica).store(store);
    }
}
