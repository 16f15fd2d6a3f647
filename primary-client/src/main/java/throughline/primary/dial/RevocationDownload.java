package throughline.primary.dial;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import throughline.identity.revocation.RevocationFetch;
import throughline.primary.capture.Watch;
import throughline.primary.dial.ProxySettings.Hop;
import throughline.primary.dial.ProxySettings.Socks5;

/**
 * Fetches CRLs and OCSP answers the way that this primary is told to go: from its last proxy, asked in absolute form (RFC
 * 9112 section 3.2.2), because behind a proxy nothing else may reach the outside; where that one speaks SOCKS, through it. Says
 * to a proxy what the dialler says, and not again what that one was refused with. Keeps no connection open.
 */
public final class RevocationDownload implements RevocationFetch, AutoCloseable {
    private static final MediaType OCSP_REQUEST = MediaType.get("application/ocsp-request");
    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final int OK = 200;

    private final ProxySettings proxy;

    /** The proxy that is asked for the document; absent where it is asked for a tunnel, and where there is none. */
    private final Optional<Hop> asked;

    /** For when nothing arrives by the first of several ways. */
    private final Optional<RevocationDownload> otherwise;

    private final OkHttpClient client;
    private final Dialer dialer;
    private volatile boolean closed;

    public RevocationDownload(ProxySettings settings, NameResolver resolver, TimeLimits limits) {
        List<ProxySettings> ways = settings.ways();
        this.proxy = ways.get(0);
        this.otherwise = ways.size() == 1
                ? Optional.empty()
                : Optional.of(new RevocationDownload(
                        new ProxySettings.FirstOf(ways.subList(1, ways.size())), resolver, limits));
        List<Hop> hops = proxy.hops();
        this.asked = hops.stream()
                .skip(Math.max(0, hops.size() - 1))
                .filter(last -> !(last instanceof Socks5))
                .findFirst();
        this.dialer = Dialer.inTheClear(asked.isPresent(), proxy, resolver, limits, new Watch());
        this.client = new OkHttpClient.Builder()
                .proxy(asked.map(RevocationDownload::address).orElse(Proxy.NO_PROXY))
                .dns(dialer)
                .socketFactory(dialer)
                .dispatcher(new Dispatcher())
                .connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS))
                .followRedirects(false)
                .retryOnConnectionFailure(false)
                .callTimeout(LONGEST)
                .proxyAuthenticator((route, refused) -> login(refused.request()).answer(refused))
                .addNetworkInterceptor(RevocationDownload::loggedIn)
                .build();
    }

    @Override
    public byte[] get(URI address) throws IOException {
        return exchange(request(address).get().build(), LARGEST_CRL);
    }

    @Override
    public byte[] post(URI address, byte[] ocspRequest) throws IOException {
        return exchange(
                request(address)
                        .post(RequestBody.create(ocspRequest, OCSP_REQUEST))
                        .build(),
                LARGEST_OCSP_ANSWER);
    }

    /** Ends what is under way. */
    @Override
    public void close() {
        closed = true;
        otherwise.ifPresent(RevocationDownload::close);
        dialer.close();
        client.dispatcher().cancelAll();
        client.connectionPool().evictAll();
        client.dispatcher().executorService().shutdown();
    }

    private Request.Builder request(URI address) throws IOException {
        try {
            Request.Builder request = new Request.Builder().url(address.toString());
            // A login may take several requests on one connection.
            return asked.filter(hop -> hop.authentication().isConfigured()).isPresent()
                    ? request
                    : request.header("Connection", "close");
        } catch (IllegalArgumentException notHttp) {
            throw new IOException("is no address that can be asked", notHttp);
        }
    }

    private byte[] exchange(Request request, int largest) throws IOException {
        if (closed) {
            throw new IOException("was not asked: the client is closed");
        }
        DownloadLogin login =
                new DownloadLogin(asked, request.method(), request.url().toString(), LONGEST);
        int status;
        byte[] body;
        try (Response response = client.newCall(
                        request.newBuilder().tag(DownloadLogin.class, login).build())
                .execute()) {
            status = response.code();
            body = status == OK ? response.body().byteStream().readNBytes(largest + 1) : new byte[0];
        } catch (IOException e) {
            if (otherwise.isPresent() && !closed) {
                return otherwise.get().exchange(request, largest);
            }
            throw new IOException("nothing arrived" + way() + ": " + proxy.conceal(String.valueOf(e.getMessage())), e);
        }
        if (status != OK) {
            throw new IOException("answered " + status + way()
                    + (login.isWithheld()
                            ? ", which has refused these credentials before: they were not sent again"
                            : ""));
        }
        if (body.length > largest) {
            throw new IOException("answered with more than the " + largest + " bytes that are accepted");
        }
        return body;
    }

    private String way() {
        return proxy.address().map(hop -> " through the proxy " + hop).orElse("");
    }

    private static Response loggedIn(Interceptor.Chain chain) throws IOException {
        DownloadLogin login = login(chain.request());
        Response response = chain.proceed(login.next(chain.request(), chain.connection()));
        login.answered(response);
        return response;
    }

    private static DownloadLogin login(Request request) {
        return Objects.requireNonNull(request.tag(DownloadLogin.class));
    }

    private static Proxy address(Hop hop) {
        return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(hop.host(), hop.port()));
    }
}
