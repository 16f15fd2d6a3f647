package throughline.replica;

import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import throughline.certs.TestPki;
import throughline.identity.Identity;
import throughline.identity.TlsContexts;
import throughline.identity.Trust;
import throughline.protocol.Announcement;
import throughline.protocol.AttemptId;
import throughline.protocol.ConnectionView;
import throughline.protocol.DiskName;
import throughline.protocol.Json;
import throughline.protocol.MediaTypes;
import throughline.protocol.replication.Commit;
import throughline.protocol.replication.MachineName;
import throughline.protocol.replication.SliceChain;
import throughline.replica.store.ReplicaStore;

/** One replica with its certificates, and clients of several kinds for it. */
final class Lab implements AutoCloseable {
    static final String NONCE = "00112233445566778899aabbccddeeff";
    static final AttemptId ATTEMPT = AttemptId.random();

    final TestPki pki = TestPki.withIntermediate(Clock.systemUTC());
    final Identity server = pki.server("127.0.0.1");
    final Identity client = pki.client("primary.test");
    final Replica replica;
    final Path store;

    Lab(Path store) throws IOException {
        this(store, UnaryOperator.identity());
    }

    /** The store is in memory, unless the settings say otherwise. */
    Lab(Path store, UnaryOperator<ReplicaSettings.Builder> settings) throws IOException {
        this(store, Admission.anyAcceptedCertificate(store), settings);
    }

    Lab(Path store, Admission admission, UnaryOperator<ReplicaSettings.Builder> settings) throws IOException {
        this.store = store;
        replica = Replica.start(settings.apply(ReplicaSettings.builder(server, pki.trust(), admission)
                        .stores((folder, limits) -> ReplicaStore.inMemory(limits)))
                .build());
    }

    /** With a session cache of its own. */
    SSLContext context() {
        return context(client, pki.trust());
    }

    static SSLContext context(Identity identity, Trust trust) {
        return TlsContexts.context(identity.keyManager(), trust.trustManager());
    }

    HttpClient http(HttpClient.Version version) {
        return http(context(), version, "TLSv1.3");
    }

    static HttpClient http(SSLContext context, HttpClient.Version version, String tls) {
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(new String[] {tls});
        return HttpClient.newBuilder()
                .version(version)
                .sslContext(context)
                .sslParameters(parameters)
                .connectTimeout(Duration.ofSeconds(60))
                .build();
    }

    SSLSocket socket(SSLContext context, String tls) throws IOException {
        SSLSocket socket = (SSLSocket)
                context.getSocketFactory().createSocket(replica.address().getAddress(), replica.port());
        socket.setEnabledProtocols(new String[] {tls});
        socket.setSoTimeout(60_000);
        socket.setTcpNoDelay(true);
        return socket;
    }

    HttpRequest.Builder request(String path, String mediaType) {
        return request(replica.port(), path, mediaType);
    }

    static HttpRequest.Builder request(int port, String path, String mediaType) {
        return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(60))
                .header(AttemptId.HEADER, ATTEMPT.toString())
                .header("Content-Type", mediaType);
    }

    HttpRequest announcement() {
        return announcement(replica.port());
    }

    static HttpRequest announcement(int port) {
        return request(port, "/v1/announce", MediaTypes.ANNOUNCEMENT)
                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.plain().encode(new Announcement(NONCE, "test 1.0"))))
                .build();
    }

    /** With one disk of this size, {@code c}. */
    HttpRequest declaration(String machine, long size, long epoch) {
        return request("/v1/machines/" + machine, MediaTypes.MACHINE)
                .PUT(HttpRequest.BodyPublishers.ofString(
                        "{\"epoch\":" + epoch + ",\"disks\":[{\"disk\":\"c\",\"size\":" + size + "}]}"))
                .build();
    }

    HttpRequest.Builder slice(String machine, long epoch, long sequence, long number) {
        return request(
                "/v1/machines/" + machine + "/change-sets/" + epoch + "/" + sequence + "/slices/" + number,
                MediaTypes.SLICE);
    }

    HttpRequest slice(String machine, long epoch, long sequence, long number, byte[] body) {
        return slice(machine, epoch, sequence, number)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
    }

    /** Of slices with these digests. */
    HttpRequest commit(String machine, long epoch, long sequence, String... digests) {
        String chain = SliceChain.EMPTY;
        for (String digest : digests) {
            chain = SliceChain.next(chain, digest);
        }
        return request("/v1/machines/" + machine + "/change-sets/" + epoch + "/" + sequence, MediaTypes.COMMIT)
                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.plain().encode(new Commit(digests.length, chain))))
                .build();
    }

    HttpRequest get(String path) {
        return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + replica.port() + path))
                .timeout(Duration.ofSeconds(60))
                .header(AttemptId.HEADER, ATTEMPT.toString())
                .build();
    }

    /** What the replica holds of disk {@code c}. */
    byte[] content(String machine) throws IOException {
        try (InputStream content = replica.store(store).content(new MachineName(machine), new DiskName("c"), 0)) {
            return content.readAllBytes();
        }
    }

    static HttpResponse<byte[]> send(HttpClient client, HttpRequest request) throws IOException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }

    /** The first connection that fits, once there is one. */
    ConnectionView connection(Predicate<ConnectionView> fits) {
        Instant deadline = Instant.now().plusSeconds(60);
        while (true) {
            List<ConnectionView> connections = replica.connections();
            for (ConnectionView connection : connections) {
                if (fits.test(connection)) {
                    return connection;
                }
            }
            if (Instant.now().isAfter(deadline)) {
                return fail("no such connection among " + connections);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Everything up to the end of the stream, or to its failure. */
    static byte[] readAll(SSLSocket socket) {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(read);
        } catch (IOException end) {
            // What arrived before is what counts.
        }
        return read.toByteArray();
    }

    @Override
    public void close() {
        replica.close();
    }
}
