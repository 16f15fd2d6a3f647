package throughline.primary.dial;

import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.security.PrivilegedActionException;
import java.security.PrivilegedExceptionAction;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.security.auth.Subject;
import javax.security.auth.login.LoginException;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.GSSManager;
import org.ietf.jgss.GSSName;
import org.ietf.jgss.Oid;
import org.jspecify.annotations.Nullable;

/**
 * Negotiate with one proxy (RFC 4559): SPNEGO (RFC 4178) with Kerberos in it, through the JDK's JGSS. The proxy is known to
 * the KDC as {@code HTTP/} and its host name. Nothing is delegated to it.
 */
final class Negotiation {
    private static final String SPNEGO = "1.3.6.1.5.5.2";

    /** The KDC's, unless the proxy's own limit is shorter. */
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private static final byte[] NOTHING = {};

    private final String host;
    private final Optional<ProxyCredentials> pair;
    private final Duration limit;
    private @Nullable Subject subject;
    private @Nullable GSSContext context;

    /** @param pair with a password; without one, a ticket has to be there */
    Negotiation(String host, Optional<ProxyCredentials> pair, Duration limit) {
        this.host = host;
        this.pair = pair;
        this.limit = limit.compareTo(LONGEST) < 0 ? limit : LONGEST;
    }

    /** Whom the KDC has not let in. */
    static final class RefusedException extends ProtocolException {
        private static final long serialVersionUID = 1;

        RefusedException(String message, Throwable cause) {
            super(message);
            initCause(cause);
        }
    }

    /** Who we are, from here on; asks the KDC where that takes a password. */
    ProxyCredentials identity() throws ProtocolException, SocketTimeoutException {
        Subject known = subject;
        if (known == null) {
            known = within(() -> pair.isPresent() ? KerberosLogin.by(pair.get()) : KerberosLogin.byTicket());
            subject = known;
        }
        return pair.isPresent() ? pair.get() : KerberosLogin.identity(known);
    }

    /** The first token, of a new context: one that was sent is not good for another connection. */
    String begin() throws ProtocolException, SocketTimeoutException {
        identity();
        return within(() -> {
                    GSSManager manager = GSSManager.getInstance();
                    GSSName proxy = manager.createName("HTTP@" + host, GSSName.NT_HOSTBASED_SERVICE);
                    GSSContext fresh = manager.createContext(proxy, new Oid(SPNEGO), null, GSSContext.DEFAULT_LIFETIME);
                    fresh.requestMutualAuth(true);
                    fresh.requestCredDeleg(false);
                    context = fresh;
                    return Optional.ofNullable(fresh.initSecContext(NOTHING, 0, 0));
                })
                .map(Base64.getEncoder()::encodeToString)
                .orElseThrow(() -> new ProtocolException("Kerberos has nothing to say to the proxy"));
    }

    /** What to say to the proxy's token; absent when all has been said. */
    Optional<String> next(String token) throws ProtocolException, SocketTimeoutException {
        byte[] bytes = decoded(token);
        return within(() -> Optional.ofNullable(begun().initSecContext(bytes, 0, bytes.length)))
                .filter(said -> said.length > 0)
                .map(Base64.getEncoder()::encodeToString);
    }

    /** Takes the token that comes with the proxy's consent, by which it proves that it is the one that the KDC knows. */
    void verify(String token) throws ProtocolException, SocketTimeoutException {
        next(token);
        if (!begun().isEstablished() || !begun().getMutualAuthState()) {
            throw new ProtocolException("the proxy has not proved that it is HTTP/" + host);
        }
    }

    private GSSContext begun() throws ProtocolException {
        GSSContext begun = context;
        if (begun == null) {
            throw new ProtocolException("a Negotiate token before there was a question");
        }
        return begun;
    }

    /** The JDK's own limits for a KDC add up to minutes and cannot be interrupted: its thread is then left behind. */
    private <T> T within(Callable<T> step) throws ProtocolException, SocketTimeoutException {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        Thread thread = new Thread(() -> run(step, outcome), "throughline-kerberos");
        thread.setDaemon(true);
        thread.start();
        try {
            return outcome.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            SocketTimeoutException late = new SocketTimeoutException(
                    "timed out: no answer from Kerberos (KDC) in " + limit.toMillis() + " ms");
            late.initCause(e);
            throw late;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure(e);
        } catch (ExecutionException e) {
            throw failure(e.getCause() == null ? e : e.getCause());
        }
    }

    private <T> void run(Callable<T> step, CompletableFuture<T> outcome) {
        try {
            PrivilegedExceptionAction<T> action = step::call;
            Subject known = subject;
            outcome.complete(known == null ? action.run() : Subject.doAs(known, action));
        } catch (PrivilegedActionException e) {
            outcome.completeExceptionally(e.getException());
        } catch (Exception | StackOverflowError e) {
            // The latter for a token that is nested without an end.
            outcome.completeExceptionally(e);
        }
    }

    private ProtocolException failure(Throwable thrown) {
        if (thrown instanceof ProtocolException own) {
            return own;
        }
        if (thrown instanceof LoginException login && KerberosLogin.isRefusal(login)) {
            return new RefusedException("Kerberos refuses user and password: " + login.getMessage(), login);
        }
        String what = thrown instanceof LoginException
                ? pair.isPresent()
                        ? "no login at Kerberos: "
                        : "no Kerberos ticket for whoever runs this (kinit gets one): "
                : thrown instanceof GSSException ? "no Kerberos for HTTP/" + host + ": " : "Kerberos: ";
        ProtocolException failure = new ProtocolException(what + thrown.getMessage());
        failure.initCause(thrown);
        return failure;
    }

    private static byte[] decoded(String token) throws ProtocolException {
        try {
            return Base64.getDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("the proxy's Negotiate token is not Base64");
        }
    }
}
