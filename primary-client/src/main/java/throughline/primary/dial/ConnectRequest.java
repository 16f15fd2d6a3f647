package throughline.primary.dial;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import throughline.primary.capture.ConnectionLog;
import throughline.primary.capture.Failures;
import throughline.primary.capture.Scrubber;
import throughline.primary.evidence.Failure;
import throughline.primary.evidence.PathEvidence.TunnelAnswered;
import throughline.primary.evidence.PathEvidence.TunnelFailed;

/**
 * Asks an HTTP proxy for a tunnel (RFC 9110 section 9.3.6), with Basic credentials (RFC 7617) once it has demanded them.
 * Every answer is noted.
 */
final class ConnectRequest implements TunnelRequest {
    private static final int PROXY_AUTHENTICATION_REQUIRED = 407;
    private static final Pattern QUOTED = Pattern.compile("\"[^\"]*+\"");
    private static final Pattern BASIC = Pattern.compile("(^|,)\\s*basic(\\s|,|$)", Pattern.CASE_INSENSITIVE);

    private final ConnectionLog log;
    private final String target;
    private final Optional<ProxyCredentials> credentials;
    private final Duration limit;
    private final BooleanSupplier givenUp;
    private @Nullable Deadline deadline;
    private boolean authenticate;

    ConnectRequest(
            ConnectionLog log,
            String host,
            int port,
            Optional<ProxyCredentials> credentials,
            Duration limit,
            BooleanSupplier givenUp) {
        this.log = log;
        this.target = HostPort.text(host, port);
        this.credentials = credentials;
        this.limit = limit;
        this.givenUp = givenUp;
    }

    @Override
    public @Nullable InputStream open(Socket socket) throws IOException {
        if (deadline == null) {
            // Not earlier: finding and connecting the proxy have limits of their own.
            deadline = Deadline.in(limit);
        }
        DeadlineInput in = new DeadlineInput(socket, deadline);
        for (boolean first = true; true; first = false) {
            TunnelAnswer answer = exchange(socket, in, first);
            if (answer == null) {
                return null;
            }
            if (answer.opened()) {
                return in.rest();
            }
            if (authenticate || !mayAuthenticate(answer)) {
                throw new TunnelException("the proxy answered CONNECT " + target + " with " + answer.status() + " "
                        + Scrubber.line(conceal(answer.reason())));
            }
            authenticate = true;
            if (!answer.keepsConnection()) {
                return null;
            }
        }
    }

    /** Null when a connection that was to be used again turns out to be gone (RFC 9112 section 9.5). */
    private @Nullable TunnelAnswer exchange(Socket socket, DeadlineInput in, boolean first) throws IOException {
        long started = System.nanoTime();
        in.nextAnswer();
        try {
            socket.getOutputStream().write(request().getBytes(StandardCharsets.ISO_8859_1));
            TunnelAnswer answer = TunnelAnswer.read(in);
            note(answer, Duration.ofNanos(System.nanoTime() - started));
            return answer;
        } catch (IOException e) {
            Failure failure = Failures.of(givenUp.getAsBoolean(), e);
            if (!first && in.beginning().isEmpty() && failure.kind().endedByPeer()) {
                return null;
            }
            String received = Scrubber.line(conceal(in.beginning()));
            log.note((number, after) -> new TunnelFailed(number, after, target, failure, received));
            throw new TunnelException("no answer to CONNECT " + target + ": " + failure.text(), e);
        }
    }

    private String request() {
        String authorization = authenticate
                ? credentials
                        .map(pair -> "Proxy-Authorization: " + pair.basic() + "\r\n")
                        .orElse("")
                : "";
        return "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n" + authorization + "\r\n";
    }

    private void note(TunnelAnswer answer, Duration took) {
        Map<String, String> headers = Scrubber.headers(answer.headers(), this::conceal);
        String reason = Scrubber.line(conceal(answer.reason()));
        String body = Scrubber.body(conceal(answer.body()));
        boolean credentialsSent = authenticate && credentials.isPresent();
        log.note((number, after) -> new TunnelAnswered(
                number, after, target, answer.status(), reason, headers, body, credentialsSent, took));
    }

    /** Some proxies show in their page the request that they refuse. */
    private String conceal(String text) {
        return credentials.map(pair -> pair.conceal(text)).orElse(text);
    }

    private boolean mayAuthenticate(TunnelAnswer answer) {
        return answer.status() == PROXY_AUTHENTICATION_REQUIRED
                && credentials.isPresent()
                && answer.headers().getOrDefault("proxy-authenticate", List.of()).stream()
                        .anyMatch(ConnectRequest::offersBasic);
    }

    /** One header may hold several challenges, their parameters in between (RFC 9110 section 11.6.1). */
    private static boolean offersBasic(String challenges) {
        return BASIC.matcher(QUOTED.matcher(challenges).replaceAll("")).find();
    }
}
