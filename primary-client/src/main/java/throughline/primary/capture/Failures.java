package throughline.primary.capture;

import java.io.EOFException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.internal.http2.ConnectionShutdownException;
import okhttp3.internal.http2.ErrorCode;
import okhttp3.internal.http2.StreamResetException;
import org.jspecify.annotations.Nullable;
import throughline.primary.evidence.Failure;
import throughline.primary.evidence.FailureKind;
import throughline.protocol.MalformedMessageException;

/**
 * The one place that looks at exceptions: by type first, by text last, and never to find a cause. Wordings differ between
 * JDK 17 and 25 and between releases of OkHttp; what no line here knows stays {@link FailureKind#OTHER}.
 */
public final class Failures {
    private static final int DEEPEST = 10;

    private Failures() {}

    public static Failure of(Throwable thrown) {
        return new Failure(kind(thrown), Scrubber.line(thrown.getClass().getSimpleName() + ": " + text(thrown)));
    }

    /** The same, unless we gave up ourselves: what is thrown then says only how that came about. */
    public static Failure of(boolean givenUp, Throwable thrown) {
        return givenUp ? new Failure(FailureKind.CANCELLED, "given up from here") : of(thrown);
    }

    /**
     * The same failure, unless a time limit of ours ran out: then it says which.
     *
     * @param step what the limit was for, in words
     */
    public static Failure within(Duration limit, String step, Failure failure, Throwable thrown) {
        return failure.kind() == FailureKind.TIMED_OUT && isOurLimit(thrown)
                ? new Failure(
                        FailureKind.TIMED_OUT, "the limit of " + limit.toMillis() + " ms for " + step + " ran out")
                : failure;
    }

    /** The system's own limit, as for a connection, is another type. */
    private static boolean isOurLimit(Throwable thrown) {
        Throwable current = thrown;
        for (int depth = 0; current != null && depth < DEEPEST; depth++, current = current.getCause()) {
            if (current instanceof InterruptedIOException) {
                return true;
            }
        }
        return false;
    }

    private static FailureKind kind(Throwable thrown) {
        Throwable current = thrown;
        for (int depth = 0; current != null && depth < DEEPEST; depth++, current = current.getCause()) {
            FailureKind kind = byType(current);
            if (kind != FailureKind.OTHER) {
                return kind;
            }
        }
        return byText(text(thrown));
    }

    private static FailureKind byType(Throwable thrown) {
        if (thrown instanceof UnknownHostException) {
            return FailureKind.NAME_UNKNOWN;
        }
        if (thrown instanceof SSLPeerUnverifiedException) {
            return FailureKind.OTHER_NAME;
        }
        if (thrown instanceof SSLException tls) {
            return ofTls(tls);
        }
        // OkHttp throws a bare InterruptedIOException for its call time limit.
        if (thrown instanceof SocketTimeoutException || thrown instanceof InterruptedIOException) {
            return FailureKind.TIMED_OUT;
        }
        if (thrown instanceof NoRouteToHostException) {
            return FailureKind.UNREACHABLE;
        }
        if (thrown instanceof StreamResetException reset && reset.errorCode == ErrorCode.REFUSED_STREAM) {
            return FailureKind.STREAM_REFUSED;
        }
        if (thrown instanceof EOFException
                || thrown instanceof ConnectionShutdownException
                || thrown instanceof StreamResetException) {
            return FailureKind.CLOSED;
        }
        if (thrown instanceof ConnectException) {
            return byText(text(thrown)) == FailureKind.OTHER ? FailureKind.OTHER : byText(text(thrown));
        }
        if (thrown instanceof ProtocolException || thrown instanceof MalformedMessageException) {
            return FailureKind.HTTP;
        }
        return thrown instanceof SocketException ? byText(text(thrown)) : FailureKind.OTHER;
    }

    /** JSSE wraps what the network or our trust manager threw; that is looked for first. */
    private static FailureKind ofTls(SSLException tls) {
        Throwable cause = tls.getCause();
        for (int depth = 0; cause != null && depth < DEEPEST; depth++, cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return FailureKind.UNTRUSTED;
            }
            if (cause instanceof EOFException) {
                return FailureKind.CLOSED;
            }
            if (cause instanceof SocketException) {
                return byText(text(cause));
            }
        }
        FailureKind kind = byText(text(tls));
        return kind == FailureKind.OTHER ? FailureKind.TLS : kind;
    }

    private record Wording(String part, FailureKind kind) {}

    /** Parts of messages, in lower case, of the JDK's and OkHttp's exceptions that have no type of their own. */
    private static final List<Wording> WORDINGS = List.of(
            new Wording("fatal alert", FailureKind.ALERT),
            new Wording("broken pipe", FailureKind.BROKEN_PIPE),
            new Wording("connection reset", FailureKind.RESET),
            new Wording("connection refused", FailureKind.REFUSED),
            new Wording("network is unreachable", FailureKind.UNREACHABLE),
            new Wording("no route to host", FailureKind.UNREACHABLE),
            new Wording("timed out", FailureKind.TIMED_OUT),
            new Wording("timeout", FailureKind.TIMED_OUT),
            new Wording("canceled", FailureKind.CANCELLED),
            new Wording("socket closed", FailureKind.CLOSED),
            new Wording("socket is closed", FailureKind.CLOSED),
            new Wording("closed", FailureKind.CLOSED),
            new Wording("unexpected end of stream", FailureKind.CLOSED),
            new Wording("settings preface not received", FailureKind.CLOSED),
            new Wording("connection abort", FailureKind.RESET));

    private static FailureKind byText(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return WORDINGS.stream()
                .filter(wording -> lower.contains(wording.part()))
                .map(Wording::kind)
                .findFirst()
                .orElse(FailureKind.OTHER);
    }

    private static String text(@Nullable Throwable thrown) {
        return thrown == null || thrown.getMessage() == null ? "" : thrown.getMessage();
    }
}
