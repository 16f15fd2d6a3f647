package throughline.primary;

import java.io.IOException;
import java.net.Proxy;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import okhttp3.Connection;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.Dispatcher;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;
import okhttp3.TlsVersion;
import throughline.identity.Credentials;
import throughline.identity.TlsContexts;
import throughline.identity.revocation.RevocationCheck;
import throughline.identity.revocation.RevocationPolicy;
import throughline.primary.Answer.Expected;
import throughline.primary.capture.AttemptLog;
import throughline.primary.capture.CallTrace;
import throughline.primary.capture.ServerRevocation;
import throughline.primary.capture.Watch;
import throughline.primary.capture.WatchingKeyManager;
import throughline.primary.capture.WatchingNameCheck;
import throughline.primary.capture.WatchingTls;
import throughline.primary.capture.WatchingTrustManager;
import throughline.primary.dial.Dialer;
import throughline.primary.dial.ProxySettings.Direct;
import throughline.primary.dial.RevocationDownload;
import throughline.primary.dial.TimeLimits;
import throughline.primary.evidence.ExchangeEvidence.Exchange;

/**
 * The exchanges with one replica over connections that are kept open, all with the same credentials; every new connection
 * is opened by an announcement.
 */
final class ReplicaConnection implements AutoCloseable {
    /** What is kept for the next attempts; with as many machines at a time, most begin without a handshake. */
    private static final int MOST_IDLE = 8;

    private static final int PROXY_AUTHENTICATION_REQUIRED = 407;

    private final ClientSettings settings;
    private final Credentials credentials;
    private final Watch watch = new Watch();
    private final Dialer dialer;
    private final RevocationDownload fetch;
    private final OkHttpClient client;

    /** Those that an attempt uses, by the number of its sender. */
    private final IdentityHashMap<AttemptLog, Map<Integer, Lane>> inUse = new IdentityHashMap<>();

    /** Those that none does, the one to be taken next on top. */
    private final Deque<Lane> idle = new ArrayDeque<>();

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
        this.idle.push(lane(client));
    }

    Credentials credentials() {
        return credentials;
    }

    /**
     * The exchanges of one sender of an attempt. Each has a connection of its own until the attempt has finished: what was
     * announced on a connection must not be taken for another's request in between.
     */
    Exchanges exchanges(int number, AttemptLog attempt, Calls calls) {
        return new Exchanges(this, lane(number, attempt), attempt, calls);
    }

    private synchronized Lane lane(int number, AttemptLog attempt) {
        return inUse.computeIfAbsent(attempt, any -> new TreeMap<>()).computeIfAbsent(number, any -> free());
    }

    private Lane free() {
        if (!idle.isEmpty()) {
            return idle.pop();
        }
        return lane(client.newBuilder()
                .connectionPool(new ConnectionPool(1, 1, TimeUnit.MINUTES))
                .build());
    }

    private synchronized void release(AttemptLog attempt) {
        List<Lane> lanes = new ArrayList<>(inUse.getOrDefault(attempt, Map.of()).values());
        inUse.remove(attempt);
        // The first sender is the one that there always is: its connection is the next to be taken.
        Collections.reverse(lanes);
        for (Lane lane : lanes) {
            if (idle.size() < MOST_IDLE) {
                idle.push(lane);
            } else {
                lane.client().connectionPool().evictAll();
            }
        }
    }

    private Lane lane(OkHttpClient own) {
        // The limit for the first answer is its own: a server that takes in a large body is rightly silent.
        return new Lane(
                own,
                own.newBuilder().readTimeout(settings.limits().firstAnswer()).build());
    }

    /** One connection at a time, and the same with the time limit of an announcement. */
    record Lane(OkHttpClient client, OkHttpClient announcing) {}

    /** For a request that is put off until its connection has been announced on. */
    CallTrace trace(AttemptLog attempt, Exchange exchange, Calls calls) {
        TimeLimits limits = settings.limits();
        return new CallTrace(
                watch,
                attempt,
                exchange,
                settings.proxy() instanceof Direct,
                limits.tls(),
                exchange == Exchange.ANNOUNCE ? limits.firstAnswer() : limits.idle(),
                calls::cancelled);
    }

    ClientSettings settings() {
        return settings;
    }

    ViewCheck viewCheck() {
        return viewCheck;
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
        Response response = chain.proceed(SliceBody.on(chain.request(), connection, trace));
        if (response.code() == PROXY_AUTHENTICATION_REQUIRED) {
            // OkHttp knows of no proxy, and would throw away what one on the way says inside the session.
            Answer.of(response, trace, settings.proxy(), Expected.nothing()).close();
        }
        if (announcement && connection != null) {
            announced.add(connection);
        }
        return response;
    }

    void finished(AttemptLog attempt) {
        watch.finished(attempt);
        release(attempt);
        if (isClosed()) {
            // A connection that was busy when the others were closed.
            evictAll();
        }
    }

    private synchronized void evictAll() {
        idle.forEach(lane -> lane.client().connectionPool().evictAll());
        inUse.values()
                .forEach(lanes -> lanes.values()
                        .forEach(lane -> lane.client().connectionPool().evictAll()));
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
        evictAll();
        client.dispatcher().executorService().shutdown();
    }

    /** The connection that a request got is a new one. Never leaves this class. */
    static final class NotAnnouncedException extends IOException {
        private static final long serialVersionUID = 1;

        NotAnnouncedException() {
            super("the replica closes every connection before it can be used");
        }
    }
}
