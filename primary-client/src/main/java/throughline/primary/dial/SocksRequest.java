package throughline.primary.dial;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import throughline.primary.capture.ConnectionLog;
import throughline.primary.capture.Failures;
import throughline.primary.capture.Scrubber;
import throughline.primary.dial.ProxySettings.Hop;
import throughline.primary.evidence.Failure;
import throughline.primary.evidence.PathEvidence.CredentialsWithheld;
import throughline.primary.evidence.PathEvidence.LoginFailed;
import throughline.primary.evidence.PathEvidence.SocksAnswered;
import throughline.primary.evidence.PathEvidence.SocksStep;
import throughline.primary.evidence.PathEvidence.TunnelFailed;

/** Asks a SOCKS 5 proxy for a connection to a name, which the proxy resolves (RFC 1928, RFC 1929). */
final class SocksRequest implements TunnelRequest {
    private static final int VERSION = 5;
    private static final int ACCOUNT_VERSION = 1;
    private static final int NO_AUTHENTICATION = 0;
    private static final int USER_AND_PASSWORD = 2;
    private static final int CONNECT = 1;
    private static final int LONGEST_FIELD = 255;

    private final ConnectionLog log;
    private final String host;
    private final int port;
    private final String target;
    private final String proxy;
    private final ProxyAuthentication authentication;
    private final Optional<ProxyCredentials> known;

    /** Those that may be sent. */
    private final Optional<ProxyCredentials> credentials;

    private final Duration limit;
    private final BooleanSupplier givenUp;
    private long started;
    private String asked = "the offered ways to authenticate";

    SocksRequest(ConnectionLog log, Hop proxy, String host, int port, Duration limit, BooleanSupplier givenUp)
            throws IOException {
        this.log = log;
        this.proxy = HostPort.text(proxy.host(), proxy.port());
        this.host = host;
        this.port = port;
        this.target = HostPort.text(host, port);
        this.authentication = proxy.authentication();
        this.limit = limit;
        this.givenUp = givenUp;
        this.known = current();
        this.credentials = known.filter(pair -> !authentication.hasRefused(pair));
    }

    private Optional<ProxyCredentials> current() throws TunnelException {
        try {
            return authentication.current();
        } catch (TunnelException e) {
            noteLoginFailed(Failures.of(e));
            throw e;
        }
    }

    @Override
    public InputStream open(Socket socket) throws IOException {
        asked = "the offered ways to authenticate";
        Deadline deadline = Deadline.in(limit);
        DeadlineInput in = new DeadlineInput(socket, deadline);
        try {
            int method = negotiate(socket, in);
            if (method == USER_AND_PASSWORD) {
                authenticate(socket, in, deadline, credentials.orElseThrow());
            }
            connect(socket, in, method == USER_AND_PASSWORD);
            return in.rest();
        } catch (TunnelException e) {
            throw e;
        } catch (IOException e) {
            Failure failure = Failures.within(
                    limit, "the SOCKS proxy's answer to " + asked, Failures.of(givenUp.getAsBoolean(), e), e);
            String received = Scrubber.line(conceal(in.beginning().replaceAll("[^ -~]", ".")));
            log.note((number, after) -> new TunnelFailed(number, after, target, failure, received));
            throw new TunnelException("no answer to CONNECT " + target + ": " + failure.text(), e);
        }
    }

    private int negotiate(Socket socket, DeadlineInput in) throws IOException {
        byte[] offer = credentials.isPresent()
                ? new byte[] {VERSION, 2, NO_AUTHENTICATION, USER_AND_PASSWORD}
                : new byte[] {VERSION, 1, NO_AUTHENTICATION};
        send(socket, in, offer);
        version(in, VERSION);
        int method = required(in);
        boolean offered = method == NO_AUTHENTICATION || (method == USER_AND_PASSWORD && credentials.isPresent());
        note(SocksStep.METHOD, method, false);
        if (!offered) {
            if (credentials.isEmpty() && known.isPresent()) {
                log.note((number, after) -> new CredentialsWithheld(number, after, proxy));
            }
            throw new TunnelException("the SOCKS proxy accepts none of the offered ways to authenticate");
        }
        return method;
    }

    private void authenticate(Socket socket, DeadlineInput in, Deadline deadline, ProxyCredentials pair)
            throws IOException {
        Trial trial = authentication.trial(pair, deadline, givenUp);
        try {
            if (authentication.hasRefused(pair)) {
                log.note((number, after) -> new CredentialsWithheld(number, after, proxy));
                throw new TunnelException("the SOCKS proxy has refused these credentials to another connection");
            }
            send(socket, in, pair);
        } catch (IOException e) {
            Failure failure = Failures.of(givenUp.getAsBoolean(), e);
            if (failure.kind().endedByPeer() && !(e instanceof TunnelException) && !authentication.hasAccepted(pair)) {
                // That it ends the connection over a pair which it has never accepted is its no.
                authentication.refuses(pair);
                noteLoginFailed(failure);
                throw TunnelException.speechless("the SOCKS proxy ends the connection over user name and password", e);
            }
            throw e;
        } finally {
            trial.close();
        }
    }

    private void send(Socket socket, DeadlineInput in, ProxyCredentials pair) throws IOException {
        ByteArrayOutputStream account = new ByteArrayOutputStream();
        account.write(ACCOUNT_VERSION);
        try {
            field(account, pair.user(), "user name");
            field(account, pair.password(), "password");
        } catch (TunnelException e) {
            noteLoginFailed(Failures.of(e));
            throw e;
        }
        asked = "user name and password";
        send(socket, in, account.toByteArray());
        // RFC 1929 says 1 here; some servers answer with the version of SOCKS.
        int version = required(in);
        if (version != ACCOUNT_VERSION && version != VERSION) {
            throw new ProtocolException("the answer to user name and password does not begin as in RFC 1929");
        }
        int status = required(in);
        note(SocksStep.AUTHENTICATION, status, true);
        if (status != 0) {
            authentication.refuses(pair);
            throw new TunnelException("the SOCKS proxy refuses user name and password");
        }
        authentication.accepts(pair);
    }

    private void connect(Socket socket, DeadlineInput in, boolean credentialsSent) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.write(VERSION);
        request.write(CONNECT);
        request.write(0);
        address(request);
        request.write(port >> 8);
        request.write(port);
        asked = "CONNECT";
        send(socket, in, request.toByteArray());
        version(in, VERSION);
        int reply = required(in);
        if (reply == 0) {
            boundAddress(in);
        }
        note(SocksStep.CONNECT, reply, credentialsSent);
        if (reply != 0) {
            throw new TunnelException(
                    "the SOCKS proxy answered CONNECT " + target + " with " + SocksAnswered.meaning(reply));
        }
    }

    private void address(ByteArrayOutputStream request) throws IOException {
        Optional<InetAddress> literal = literal(host);
        if (literal.isPresent()) {
            request.write(literal.get() instanceof Inet4Address ? 1 : 4);
            request.writeBytes(literal.get().getAddress());
        } else {
            request.write(3);
            field(request, host, "host name");
        }
    }

    /** Never a look-up: names go to the proxy as they are. */
    private static Optional<InetAddress> literal(String host) throws IOException {
        boolean address = host.contains(":") || host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
        return address ? Optional.of(InetAddress.getByName(host)) : Optional.empty();
    }

    /** What the proxy is bound to is of no use to us; it is read because the tunnel begins behind it. */
    private static void boundAddress(DeadlineInput in) throws IOException {
        required(in);
        int length =
                switch (required(in)) {
                    case 1 -> 4;
                    case 3 -> required(in);
                    case 4 -> 16;
                    default -> throw new ProtocolException("an address of a kind that RFC 1928 does not know");
                };
        for (int i = 0; i < length + 2; i++) {
            required(in);
        }
    }

    private void send(Socket socket, DeadlineInput in, byte[] message) throws IOException {
        started = System.nanoTime();
        in.nextAnswer();
        socket.getOutputStream().write(message);
    }

    private static void field(ByteArrayOutputStream out, String text, String name) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > LONGEST_FIELD) {
            throw new TunnelException(
                    "a " + name + " of " + bytes.length + " bytes; SOCKS takes 1 to " + LONGEST_FIELD);
        }
        out.write(bytes.length);
        out.writeBytes(bytes);
    }

    private static void version(DeadlineInput in, int expected) throws IOException {
        if (required(in) != expected) {
            throw new ProtocolException("the answer does not begin as SOCKS 5 does");
        }
    }

    private static int required(DeadlineInput in) throws IOException {
        int next = in.read();
        if (next < 0) {
            throw new EOFException("the proxy closed the connection before it had answered");
        }
        return next;
    }

    private void note(SocksStep step, int code, boolean credentialsSent) {
        Duration took = Duration.ofNanos(System.nanoTime() - started);
        log.note((number, after) -> new SocksAnswered(number, after, target, step, code, credentialsSent, took));
    }

    private void noteLoginFailed(Failure failure) {
        log.note((number, after) -> new LoginFailed(number, after, proxy, failure));
    }

    private String conceal(String text) {
        return authentication.conceal(text);
    }
}
