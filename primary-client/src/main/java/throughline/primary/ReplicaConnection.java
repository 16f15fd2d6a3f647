package throughline.primary;

import java.io.IOException;
import java.net.Proxy;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import okhttp3.Connection;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.Dispatcher;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.TlsVersion;
import throughline.identity.Credentials;
import throughline.identity.TlsContexts;
import throughline.identity.revocation.RevocationCheck;
import throughline.identity.revocation.RevocationPolicy;
import throughline.primary.capture.AttemptLog;
import throughline.primary.capture.CallTrace;
import throughline.primary.capture.Failures;
import throughline.primary.capture.ServerRevocation;
import throughline.primary.capture.Watch;
import throughline.primary.capture.WatchingKeyManager;
import throughline.primary.capture.WatchingNameCheck;
import throughline.primary.capture.WatchingTls;
import throughline.primary.capture.WatchingTrustManager;
import throughline.primary.dial.Dialer;
import throughline.primary.dial.NameUnresolvedException;
import throughline.primary.dial.ProxySettings.Direct;
import throughline.primary.dial.RevocationDownload;
import throughline.primary.evidence.ExchangeEvidence.Exchange;
import throughline.primary.evidence.ExchangeEvidence.ExchangeFailed;
import throughline.primary.evidence.ExchangeEvidence.ReceiptReceived;
import throughline.primary.evidence.Failure;
import throughline.primary.evidence.PathEvidence.Leg;
import throughline.primary.evidence.PathEvidence.NameUnresolved;
import throughline.protocol.Announcement;
import throughline.protocol.AttemptId;
import throughline.protocol.ChangeSetId;
import throughline.protocol.DiskDeclaration;
import throughline.protocol.DiskName;
import throughline.protocol.DiskState;
import throughline.protocol.Endpoints;
import throughline.protocol.Json;
import throughline.protocol.MalformedMessageException;
import throughline.protocol.MediaTypes;
import throughline.protocol.Receipt;
import throughline.protocol.SignedView;

/**
 * The exchanges with one replica over connections that are kept open, all with the same credentials; every new connection
 * is opened by an announcement.
 */
final class ReplicaConnection implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String SOFTWARE = "Throughline primary";
    private static final long EPOCH = 1;

    /** A replica that closes after each answer would have us announce for ever. */
    private static final int MOST_ANNOUNCEMENTS = 3;

    private static final int PROXY_AUTHENTICATION_REQUIRED = 407;

    private final ClientSettings settings;
    private final Credentials credentials;
    private final Watch watch = new Watch();
    private final Dialer dialer;
    private final RevocationDownload fetch;
    private final OkHttpClient client;
    private final OkHttpClient announcing;
    private final ViewCheck viewCheck;
    private final Set<Connection> announced =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    ReplicaConnection(ClientSettings settings, Credentials credentials) {
        this.settings = settings;
        this.credentials = credentials;
        this.viewCheck = new ViewCheck(settings, credentials.trust());
        this.dialer = new Dialer(settings.proxy(), settings.resolver(), settings.limits(), watch);
        this.fetch = new RevocationDownload(settings.proxy(), settings.resolver(), settings.limits());
        this.client = client();
        // The limit for the first answer is its own: a server that takes in a large body is rightly silent.
        this.announcing =
                client.newBuilder().readTimeout(settings.limits().firstAnswer()).build();
    }

    Credentials credentials() {
        return credentials;
    }

    /** Opens a connection, or takes one that is open, and has the replica say what it sees of it. */
    void announce(AttemptLog attempt) throws IOException {
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        Announcement announcement = new Announcement(HexFormat.of().formatHex(random), SOFTWARE);
        Request.Builder request =
                request(Endpoints.ANNOUNCE).post(body(Json.plain().encode(announcement), MediaTypes.ANNOUNCEMENT));
        try (Answer answer = execute(announcing, attempt, Exchange.ANNOUNCE, request)) {
            SignedView signed = answer.read(MediaTypes.VIEW, SignedView.class);
            viewCheck.note(attempt, answer, announcement, signed);
        }
    }

    /** Declares the disk and sends the whole image as the next change set. */
    Receipt send(AttemptLog attempt, DiskName disk, DiskImage image, Progress progress) throws IOException {
        announce(attempt);
        DiskState state = declare(attempt, disk, image.size());
        ChangeSetId id = new ChangeSetId(disk, state.epoch(), state.nextSequence());
        Request.Builder request = request(Endpoints.changeSet(id)).post(new ChangeSetBody(image, progress));
        try (Answer answer = announcedFirst(attempt, Exchange.CHANGE_SET, request)) {
            Receipt receipt = answer.read(MediaTypes.RECEIPT, Receipt.class);
            if (!id.equals(new ChangeSetId(receipt.disk(), receipt.epoch(), receipt.sequence()))
                    || receipt.bytes() != image.size()) {
                throw answer.unusable(new MalformedMessageException(
                        "the receipt for " + id + " and " + image.size() + " bytes is for another change set"));
            }
            answer.note((number, after) ->
                    new ReceiptReceived(number, after, id.toString(), receipt.bytes(), receipt.digest()));
            return receipt;
        }
    }

    private DiskState declare(AttemptLog attempt, DiskName disk, long size) throws IOException {
        byte[] declaration = Json.plain().encode(new DiskDeclaration(size, EPOCH));
        Request.Builder request = request(Endpoints.disk(disk)).put(body(declaration, MediaTypes.DISK));
        try (Answer answer = announcedFirst(attempt, Exchange.DECLARE, request)) {
            return answer.read(MediaTypes.DISK, DiskState.class);
        }
    }

    /** If the kept connection is gone, the new one is announced on before anything else is sent. */
    private Answer announcedFirst(AttemptLog attempt, Exchange exchange, Request.Builder request) throws IOException {
        for (int announcements = 0; ; announcements++) {
            try {
                return execute(client, attempt, exchange, request);
            } catch (NotAnnouncedException e) {
                if (announcements == MOST_ANNOUNCEMENTS) {
                    Failure failure = Failures.of(e);
                    attempt.note(
                            (number, after) -> new ExchangeFailed(number, after, exchange, failure, Duration.ZERO));
                    throw e;
                }
                announce(attempt);
            }
        }
    }

    private Answer execute(OkHttpClient with, AttemptLog attempt, Exchange exchange, Request.Builder request)
            throws IOException {
        CallTrace trace = new CallTrace(watch, attempt, exchange, settings.proxy() instanceof Direct);
        request.header(AttemptId.HEADER, attempt.attempt().toString()).tag(CallTrace.class, trace);
        try {
            Response response = with.newCall(request.build()).execute();
            return Answer.of(response, trace, settings.proxy());
        } catch (NameUnresolvedException e) {
            // Through a proxy only the proxy's name is resolved here, and the dialer has noted that.
            if (settings.proxy() instanceof Direct && !isClosed()) {
                attempt.note((number, after) -> new NameUnresolved(number, after, Leg.REPLICA, e.host(), e.failure()));
            }
            throw e;
        }
    }

    private Request.Builder request(String path) {
        return new Request.Builder().url(settings.replica().resolve(path).toString());
    }

    private static RequestBody body(byte[] content, String type) {
        return RequestBody.create(content, MediaType.get(type));
    }

    private OkHttpClient client() {
        WatchingTrustManager trust =
                new WatchingTrustManager(credentials.trust().trustManager(), revocation(), watch);
        SSLContext tls = TlsContexts.context(new WatchingKeyManager(credentials.identity(), watch), trust);
        OkHttpClient.Builder builder = new OkHttpClient.Builder();
        return builder.proxy(Proxy.NO_PROXY)
                .dispatcher(new Dispatcher())
                .connectionPool(new ConnectionPool(4, 1, TimeUnit.MINUTES))
                .socketFactory(dialer)
                .dns(dialer)
                .sslSocketFactory(new WatchingTls(tls, settings.revocation() == RevocationPolicy.OFF, watch), trust)
                .hostnameVerifier(new WatchingNameCheck(builder.build().hostnameVerifier(), watch))
                .connectionSpecs(List.of(tlsVersions()))
                .protocols(settings.http2() ? List.of(Protocol.HTTP_2, Protocol.HTTP_1_1) : List.of(Protocol.HTTP_1_1))
                .followRedirects(false)
                .connectTimeout(settings.limits().connect())
                .readTimeout(settings.limits().idle())
                .writeTimeout(settings.limits().idle())
                .eventListenerFactory(CallTrace.factory())
                .addNetworkInterceptor(this::announcementFirst)
                .build();
    }

    private ServerRevocation revocation() {
        RevocationCheck check = new RevocationCheck(fetch, InstantSource.system());
        return new ServerRevocation(settings.revocation(), check, credentials.trust());
    }

    /** One specification only: there is nothing older to fall back to, so a failed handshake is not repeated. */
    private ConnectionSpec tlsVersions() {
        TlsVersion[] versions =
                settings.tlsVersions().stream().map(TlsVersion::forJavaName).toArray(TlsVersion[]::new);
        return new ConnectionSpec.Builder(ConnectionSpec.MODERN_TLS)
                .tlsVersions(Arrays.copyOf(versions, versions.length))
                .build();
    }

    private Response announcementFirst(Interceptor.Chain chain) throws IOException {
        Connection connection = chain.connection();
        CallTrace trace = Objects.requireNonNull(chain.request().tag(CallTrace.class));
        boolean announcement = trace.exchange() == Exchange.ANNOUNCE;
        if (!announcement && !announced.contains(connection)) {
            trace.putOff();
            throw new NotAnnouncedException();
        }
        Response response = chain.proceed(chain.request());
        if (response.code() == PROXY_AUTHENTICATION_REQUIRED) {
            // OkHttp knows of no proxy, and would throw away what one on the way says inside the session.
            Answer.of(response, trace, settings.proxy()).close();
        }
        if (announcement && connection != null) {
            announced.add(connection);
        }
        return response;
    }

    void finished(AttemptLog attempt) {
        watch.finished(attempt);
        if (isClosed()) {
            // A connection that was busy when the others were closed.
            client.connectionPool().evictAll();
        }
    }

    boolean isClosed() {
        return watch.givenUp();
    }

    @Override
    public void close() {
        watch.giveUp();
        client.dispatcher().cancelAll();
        // OkHttp keeps a connection whose HTTP/2 stream it cancels, and misses one between TCP and TLS.
        dialer.close();
        fetch.close();
        client.connectionPool().evictAll();
        client.dispatcher().executorService().shutdown();
    }

    /** The connection that a request got is a new one. Never leaves this class. */
    private static final class NotAnnouncedException extends IOException {
        private static final long serialVersionUID = 1;

        NotAnnouncedException() {
            super("the replica closes every connection before it can be used");
        }
    }
}
