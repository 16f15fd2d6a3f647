package throughline.primary.dial;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import throughline.primary.capture.ConnectionLog;
import throughline.primary.capture.Failures;
import throughline.primary.capture.Scrubber;
import throughline.primary.dial.ProxySettings.Hop;
import throughline.primary.evidence.Failure;
import throughline.primary.evidence.PathEvidence.CredentialsWithheld;
import throughline.primary.evidence.PathEvidence.LoginFailed;
import throughline.primary.evidence.PathEvidence.TunnelAnswered;
import throughline.primary.evidence.PathEvidence.TunnelFailed;

/**
 * Asks an HTTP proxy for a tunnel (RFC 9110 section 9.3.6), with credentials once it has demanded them.
 * Every answer is noted.
 */
final class ConnectRequest implements TunnelRequest {
    private static final int PROXY_AUTHENTICATION_REQUIRED = 407;
    private static final int UNAUTHORIZED = 401;
    private static final int MOST_ROUNDS = 8;

    /** Some close after a 407 without saying so: what is sent for the first time is not to run into that. */
    private static final Duration END_PATIENCE = Duration.ofMillis(50);

    private final ConnectionLog log;
    private final String target;
    private final ProxyAuthentication authentication;
    private final ProxyLogin login;
    private final String proxy;
    private final Duration limit;
    private final BooleanSupplier givenUp;
    private @Nullable Deadline deadline;
    private int rounds;

    ConnectRequest(ConnectionLog log, Hop proxy, String target, Duration limit, BooleanSupplier givenUp)
            throws IOException {
        this.log = log;
        this.proxy = HostPort.text(proxy.host(), proxy.port());
        this.target = target;
        this.authentication = proxy.authentication();
        this.limit = limit;
        this.givenUp = givenUp;
        this.login = checked(() -> new ProxyLogin(proxy, "CONNECT", target, limit));
    }

    @Override
    public @Nullable InputStream open(Socket socket) throws IOException {
        if (deadline == null) {
            // Not earlier: finding and connecting the proxy have limits of their own.
            deadline = Deadline.in(limit);
        }
        checked(() -> {
            login.connected();
            return true;
        });
        DeadlineInput in = new DeadlineInput(socket, deadline);
        for (boolean first = true; true; first = false) {
            TunnelAnswer answer = round(socket, in, first, deadline);
            if (answer == null) {
                return null;
            }
            if (answer.opened()) {
                return in.rest();
            }
            if (!answer.keepsConnection()) {
                if (login.isBound()) {
                    checked(ConnectRequest::cutOff);
                }
                return null;
            }
        }
    }

    private static boolean cutOff() throws EOFException {
        throw new EOFException("the proxy closes its connection in the middle of a login that is bound to it");
    }

    /** One request with its answer: that the tunnel is open, or a demand that there is something to say to. */
    private @Nullable TunnelAnswer round(Socket socket, DeadlineInput in, boolean first, Deadline until)
            throws IOException {
        Trial trial = checked(() -> login.trial(until, givenUp));
        try {
            if (login.isWithheld()) {
                noteWithheld();
                throw new TunnelException("the proxy has refused these credentials to another connection");
            }
            TunnelAnswer answer = exchange(socket, in, first);
            if (answer == null) {
                return null;
            }
            if (answer.opened()) {
                checked(() -> {
                    login.accepted(answer.headers());
                    return true;
                });
            } else if (!mayAuthenticate(answer) || ++rounds > MOST_ROUNDS) {
                noteWithheld();
                throw new TunnelException("the proxy answered CONNECT " + target + " with " + answer.status() + " "
                        + Scrubber.line(conceal(answer.reason())));
            }
            return answer;
        } finally {
            trial.close();
        }
    }

    /**
     * Null when a connection that was to be used again turns out to be gone (RFC 9112 section 9.5). Complete credentials go
     * out again only where the proxy has just accepted them: an end may be its way to say no.
     */
    private @Nullable TunnelAnswer exchange(Socket socket, DeadlineInput in, boolean first) throws IOException {
        long started = System.nanoTime();
        in.nextAnswer();
        if (!first && login.isComplete() && !login.isBound() && !login.mayBeRepeated() && in.endsWithin(END_PATIENCE)) {
            return null;
        }
        try {
            socket.getOutputStream().write(request().getBytes(StandardCharsets.ISO_8859_1));
            TunnelAnswer answer = TunnelAnswer.read(in);
            note(answer, Duration.ofNanos(System.nanoTime() - started));
            return answer;
        } catch (IOException e) {
            Failure failure =
                    Failures.within(limit, "the proxy's answer to CONNECT", Failures.of(givenUp.getAsBoolean(), e), e);
            if (in.beginning().isEmpty() && failure.kind().endedByPeer()) {
                if (checked(login::refusedByEnd)) {
                    log.note((number, after) -> new LoginFailed(number, after, proxy, failure));
                    throw TunnelException.speechless("the proxy ends the connection over the credentials", e);
                }
                if (!first && checked(login::mayBeRepeated)) {
                    return null;
                }
            }
            String received = Scrubber.line(conceal(in.beginning()));
            log.note((number, after) -> new TunnelFailed(number, after, target, failure, received));
            throw new TunnelException("no answer to CONNECT " + target + ": " + failure.text(), e);
        }
    }

    private String request() {
        String authorization = login.authorization()
                .map(value -> "Proxy-Authorization: " + value + "\r\n")
                .orElse("");
        return "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n" + authorization + "\r\n";
    }

    private void note(TunnelAnswer answer, Duration took) {
        Map<String, String> headers = Scrubber.headers(answer.headers(), this::conceal);
        String reason = Scrubber.line(conceal(answer.reason()));
        String body = Scrubber.body(conceal(answer.body()));
        boolean credentialsSent = login.isComplete();
        log.note((number, after) -> new TunnelAnswered(
                number, after, target, answer.status(), reason, headers, body, credentialsSent, took));
    }

    /** Some proxies show in their page the request that they refuse. */
    private String conceal(String text) {
        return authentication.conceal(text);
    }

    private boolean mayAuthenticate(TunnelAnswer answer) throws IOException {
        if (answer.status() == UNAUTHORIZED) {
            // Not what RFC 9110 has for a proxy, but tinyproxy's word for a wrong password.
            login.refused();
        }
        List<String> challenges = answer.headers().getOrDefault("proxy-authenticate", List.of());
        return answer.status() == PROXY_AUTHENTICATION_REQUIRED && checked(() -> login.answer(challenges));
    }

    private interface Step<T> {
        T run() throws IOException;
    }

    /** What goes wrong on our side of a login, as where a KDC is silent, is evidence too. */
    private <T> T checked(Step<T> step) throws IOException {
        try {
            return step.run();
        } catch (IOException e) {
            Failure failure = Failures.of(givenUp.getAsBoolean(), e);
            log.note((number, after) -> new LoginFailed(number, after, proxy, failure));
            throw TunnelException.speechless("no login at the proxy " + proxy + ": " + e.getMessage(), e);
        }
    }

    private void noteWithheld() {
        if (login.isWithheld()) {
            log.note((number, after) -> new CredentialsWithheld(number, after, proxy));
        }
    }
}
