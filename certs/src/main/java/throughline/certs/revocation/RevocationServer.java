package throughline.certs.revocation;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import throughline.certs.CertificateAuthority;
import throughline.certs.RevocationPoints;
import throughline.identity.Fingerprint;

/**
 * CRLs and OCSP answers of any number of authorities, over HTTP on 127.0.0.1, signed at the time when they are asked for.
 * An authority is known from the first time it is mentioned here. Thread-safe.
 */
public final class RevocationServer implements RevocationPoints, AutoCloseable {
    private static final Duration DEFAULT_LENGTH = Duration.ofHours(1);
    private static final int LARGEST_REQUEST = 64 * 1024;

    private final InstantSource clock;
    private final HttpServer server;
    private final ExecutorService threads;
    /** Bound and not listening, so that connecting to it is refused and nobody else gets its port. */
    private final Socket unreachable;

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<String, Authority> authorities = new ConcurrentHashMap<>();
    private final List<AskedRequest> asked = new CopyOnWriteArrayList<>();
    private volatile Duration length = DEFAULT_LENGTH;

    private RevocationServer(InstantSource clock, HttpServer server, Socket unreachable) {
        this.clock = clock;
        this.server = server;
        this.unreachable = unreachable;
        AtomicInteger count = new AtomicInteger();
        this.threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "throughline-revocation-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Listens from now on.
     *
     * @param clock the answers' time
     * @throws UncheckedIOException if loopback has no port to spare
     */
    public static RevocationServer start(InstantSource clock) {
        try {
            Socket unreachable = new Socket();
            unreachable.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            RevocationServer started = new RevocationServer(clock, server, unreachable);
            server.setExecutor(started.threads);
            server.createContext("/", started::handle);
            startAsDaemon(server);
            return started;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** {@code http://127.0.0.1:PORT/AUTHORITY/crl}. */
    @Override
    public URI crl(CertificateAuthority issuer) {
        return address(issuer, "crl");
    }

    @Override
    public URI staleCrl(CertificateAuthority issuer) {
        return address(issuer, "stale-crl");
    }

    /** Takes POST and GET (RFC 6960, A.1). */
    @Override
    public URI ocsp(CertificateAuthority issuer) {
        return address(issuer, "ocsp");
    }

    @Override
    public URI unreachable() {
        return URI.create("http://127.0.0.1:" + unreachable.getLocalPort() + "/");
    }

    /** For the reason keyCompromise. */
    @Override
    public void revokeByCrl(CertificateAuthority issuer, X509Certificate certificate) {
        authority(issuer).revokeByCrl(certificate);
    }

    /** For the reason keyCompromise. */
    @Override
    public void revokeByOcsp(CertificateAuthority issuer, X509Certificate certificate) {
        authority(issuer).revokeByOcsp(certificate);
    }

    /** What {@link #crl} gives from now on; at first {@link CrlAnswer#TRUTH}. */
    public void answerCrl(CertificateAuthority issuer, CrlAnswer answer) {
        authority(issuer).answerCrl(answer);
    }

    /** What {@link #ocsp} answers from now on; at first {@link OcspAnswer#TRUTH}. */
    public void answerOcsp(CertificateAuthority issuer, OcspAnswer answer) {
        authority(issuer).answerOcsp(answer);
    }

    /** From now on a responder signs that has a certificate of the authority's for it, instead of the authority itself. */
    public void delegateOcsp(CertificateAuthority issuer) {
        authority(issuer).delegateOcsp();
    }

    /**
     * How far nextUpdate is ahead of the clock; at first an hour. Who checks may keep an answer for as long, and will not
     * learn of a revocation until then.
     */
    public void keepFor(Duration changed) {
        length = changed;
    }

    /**
     * What the authority's responder answers about a certificate, for stapling (RFC 6066, 8): whatever
     * {@link #answerOcsp} has set, silence and status 404 being nothing.
     *
     * @return in DER; empty where there is no answer
     */
    public Optional<byte[]> staple(CertificateAuthority issuer, X509Certificate certificate) {
        try {
            Authority authority = authority(issuer);
            Reply reply = authority.ocsp(authority.question(certificate.getSerialNumber()), length);
            return reply.content().length == 0 ? Optional.empty() : Optional.of(reply.content());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** In the order in which they came, since the start. */
    public List<AskedRequest> asked() {
        return List.copyOf(asked);
    }

    /** Ends what is under way and waits for the server's threads, for five seconds at most. */
    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
        try {
            unreachable.close();
            if (!threads.awaitTermination(5, TimeUnit.SECONDS)) {
                throw new IllegalStateException("A thread of the revocation server does not end.");
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Authority authority(CertificateAuthority issuer) {
        return authorities.computeIfAbsent(id(issuer), fresh -> new Authority(issuer, clock));
    }

    private URI address(CertificateAuthority issuer, String what) {
        authority(issuer);
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + id(issuer) + "/" + what);
    }

    private static String id(CertificateAuthority issuer) {
        return Fingerprint.sha256(issuer.certificate()).substring(0, 16);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            URI target = exchange.getRequestURI();
            String query = target.getRawQuery() == null ? "" : "?" + target.getRawQuery();
            asked.add(new AskedRequest(exchange.getRequestMethod(), target.getRawPath() + query, target.isAbsolute()));
            byte[] body = exchange.getRequestBody().readNBytes(LARGEST_REQUEST);
            Reply reply = reply(exchange.getRequestMethod(), target.getRawPath(), body);
            if (reply == Reply.SILENCE) {
                closed.await();
                return;
            }
            exchange.getResponseHeaders().set("Content-Type", reply.mediaType());
            exchange.sendResponseHeaders(reply.status(), reply.content().length == 0 ? -1 : reply.content().length);
            exchange.getResponseBody().write(reply.content());
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@code /AUTHORITY/WHAT} or {@code /AUTHORITY/ocsp/REQUEST}. */
    private Reply reply(String method, String path, byte[] body) {
        String[] parts = path.split("/", 4);
        Optional<Authority> authority =
                parts.length < 3 ? Optional.empty() : Optional.ofNullable(authorities.get(parts[1]));
        if (authority.isEmpty()) {
            return Reply.NOT_FOUND;
        }
        try {
            return switch (parts[2]) {
                case "crl" -> authority.get().crl(length);
                case "stale-crl" -> authority.get().staleCrl();
                case "ocsp" -> authority.get().ocsp(method.equals("GET") ? inPath(parts) : body, length);
                default -> Reply.NOT_FOUND;
            };
        } catch (IOException | IllegalArgumentException noRequest) {
            return Reply.BAD_REQUEST;
        }
    }

    /** RFC 6960, A.1: Base64, and that percent-encoded. */
    private static byte[] inPath(String[] parts) {
        String text =
                parts.length < 4 ? "" : URLDecoder.decode(parts[3].replace("+", "%2B"), StandardCharsets.US_ASCII);
        return Base64.getDecoder().decode(text);
    }

    /** The server's own thread inherits this from the one that starts it. */
    private static void startAsDaemon(HttpServer server) {
        Thread starting = new Thread(server::start, "throughline-revocation-start");
        starting.setDaemon(true);
        starting.start();
        try {
            starting.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
