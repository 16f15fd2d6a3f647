package throughline.primary.dial;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import okhttp3.Connection;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import throughline.primary.dial.ProxySettings.Hop;

/** What is said to a proxy that is asked for one document, over as many requests and connections as that takes. */
final class DownloadLogin {
    private static final int PROXY_AUTHENTICATION_REQUIRED = 407;
    private static final int UNAUTHORIZED = 401;
    private static final int MOST_ROUNDS = 8;

    private final ProxyLogin login;
    private @Nullable Connection speaking;
    private int rounds;

    /** @param proxy who is asked; absent where it is no proxy */
    DownloadLogin(Optional<Hop> proxy, String method, String target, Duration limit) throws TunnelException {
        this.login = proxy.isPresent()
                ? new ProxyLogin(proxy.get(), method, target, limit)
                : new ProxyLogin(ProxyAuthentication.none(), method, target);
    }

    /** The request as it goes out on this connection. */
    Request next(Request request, @Nullable Connection connection) throws IOException {
        if (connection != speaking) {
            if (login.isBound()) {
                throw new TunnelException(
                        "the proxy closes its connection in the middle of a login that is bound to it");
            }
            login.connected();
            speaking = connection;
        }
        return login.authorization()
                .map(value -> request.newBuilder()
                        .header("Proxy-Authorization", value)
                        .build())
                .orElse(request);
    }

    /** The request that follows a 407; null when there is nothing to say to it. */
    @Nullable
    Request answer(Response refused) throws IOException {
        return login.answer(refused.headers("Proxy-Authenticate")) && ++rounds <= MOST_ROUNDS
                ? refused.request()
                : null;
    }

    /** What it was answered with. */
    void answered(Response response) throws IOException {
        if (response.code() == UNAUTHORIZED) {
            // The server's word for itself, and tinyproxy's for a wrong password.
            login.refusedBySomebody();
        } else if (response.code() != PROXY_AUTHENTICATION_REQUIRED) {
            login.accepted(response.headers().toMultimap());
        }
    }

    boolean isWithheld() {
        return login.isWithheld();
    }
}
