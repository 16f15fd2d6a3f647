package throughline.primary.dial;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import throughline.identity.revocation.RevocationFetch;
import throughline.primary.capture.Watch;
import throughline.primary.dial.ProxySettings.Direct;
import throughline.primary.dial.ProxySettings.HttpConnect;

/**
 * Fetches CRLs and OCSP answers the way that this primary is told to go: through its proxy, asked in absolute form (RFC
 * 9112 section 3.2.2), because behind a proxy nothing else may reach the outside. Keeps no connection open.
 */
public final class RevocationDownload implements RevocationFetch, AutoCloseable {
    private static final MediaType OCSP_REQUEST = MediaType.get("application/ocsp-request");
    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final String PROXY_AUTHORIZATION = "Proxy-Authorization";
    private static final int OK = 200;

    private final ProxySettings proxy;
    private final OkHttpClient client;
    private final LimitedResolver resolver;
    private final Dialer dialer;
    private volatile boolean closed;

    public RevocationDownload(ProxySettings proxy, NameResolver resolver, TimeLimits limits) {
        this.proxy = proxy;
        this.resolver = new LimitedResolver(resolver, limits.resolve());
        this.dialer = new Dialer(proxy, resolver, limits, new Watch());
        this.client = route(new OkHttpClient.Builder())
                .dispatcher(new Dispatcher())
                .connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS))
                .followRedirects(false)
                .retryOnConnectionFailure(false)
                .callTimeout(LONGEST)
                .proxyAuthenticator((route, refused) -> authorised(refused))
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
        resolver.close();
        dialer.close();
        client.dispatcher().cancelAll();
        client.connectionPool().evictAll();
        client.dispatcher().executorService().shutdown();
    }

    private static Request.Builder request(URI address) throws IOException {
        try {
            return new Request.Builder().url(address.toString()).header("Connection", "close");
        } catch (IllegalArgumentException notHttp) {
            throw new IOException("is no address that can be asked", notHttp);
        }
    }

    private byte[] exchange(Request request, int largest) throws IOException {
        if (closed) {
            throw new IOException("was not asked: the client is closed");
        }
        int status;
        byte[] body;
        try (Response response = client.newCall(request).execute()) {
            status = response.code();
            body = status == OK ? response.body().byteStream().readNBytes(largest + 1) : new byte[0];
        } catch (IOException e) {
            throw new IOException("nothing arrived" + way() + ": " + proxy.conceal(String.valueOf(e.getMessage())), e);
        }
        if (status != OK) {
            throw new IOException("answered " + status + way());
        }
        if (body.length > largest) {
            throw new IOException("answered with more than the " + largest + " bytes that are accepted");
        }
        return body;
    }

    private String way() {
        return proxy.address().map(hop -> " through the proxy " + hop).orElse("");
    }

    /** Only once, and only what the proxy has demanded. */
    private @Nullable Request authorised(Response refused) throws IOException {
        Optional<ProxyCredentials> credentials =
                proxy instanceof HttpConnect connect ? connect.authentication().current() : Optional.empty();
        boolean offered =
                refused.challenges().stream().anyMatch(challenge -> "Basic".equalsIgnoreCase(challenge.scheme()));
        return !offered || refused.request().header(PROXY_AUTHORIZATION) != null
                ? null
                : credentials
                        .map(pair -> refused.request()
                                .newBuilder()
                                .header(PROXY_AUTHORIZATION, pair.basic())
                                .build())
                        .orElse(null);
    }

    /** A proxy that speaks HTTP in the clear is asked for the document; any other one for a tunnel to whoever has it. */
    private OkHttpClient.Builder route(OkHttpClient.Builder builder) {
        if (proxy instanceof Direct) {
            return builder.proxy(Proxy.NO_PROXY).dns(resolver::lookup);
        }
        if (proxy instanceof HttpConnect connect) {
            return builder.proxy(new Proxy(
                            Proxy.Type.HTTP, InetSocketAddress.createUnresolved(connect.host(), connect.port())))
                    .dns(resolver::lookup);
        }
        return builder.proxy(Proxy.NO_PROXY).dns(dialer).socketFactory(dialer);
    }
}
