package throughline.harness.middlebox;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import throughline.harness.middlebox.MiddleboxKind.Asked;

/**
 * One bad behaviour of a box, as data. What counts bytes counts them on the client's side of the box: the tunnel's content
 * behind the answer to CONNECT or SOCKS, or everything where the box is not asked.
 */
public sealed interface Adversity {

    /** Which of the closed list it is. */
    AdversityKind kind();

    /** Why a box of this kind cannot misbehave like this, in one sentence; absent where it can. */
    Optional<String> refusedBy(MiddleboxKind box);

    /** One way through a box. */
    enum Direction {
        TO_REPLICA,
        TO_CLIENT;

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Where on the way of one exchange something may happen. */
    enum Step {
        /** Asked with CONNECT or SOCKS, the box has not answered yet. */
        CONNECT,
        /** The client has said its hello. */
        CLIENT_HELLO,
        /** What a replica says first, with its demand for a certificate in it, is to be passed to the client. */
        CERTIFICATE_REQUEST,
        /** The client has sent 128 KiB: more than any handshake, less than a slice. */
        MID_BODY,
        /** All of an answer's body but its last byte has been passed. */
        LAST_BYTE;

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Answers CONNECT with this status and a page, from 400 to 599. */
    record Refuse(int status) implements Adversity {
        public Refuse {
            Checks.range("status", status, 400, 599);
        }

        @Override
        public AdversityKind kind() {
            return AdversityKind.REFUSE;
        }

        @Override
        public Optional<String> refusedBy(MiddleboxKind box) {
            return box.asked() == Asked.CONNECT
                    ? Optional.empty()
                    : Optional.of("nobody sends it a CONNECT that it could answer with a status");
        }

        @Override
        public String toString() {
            return kind().word() + ":" + status;
        }
    }

    /** Wants credentials and is content with none. */
    record DemandAuthentication() implements Adversity {
        @Override
        public AdversityKind kind() {
            return AdversityKind.DEMAND_AUTHENTICATION;
        }

        @Override
        public Optional<String> refusedBy(MiddleboxKind box) {
            return box.asked() == Asked.NOTHING
                    ? Optional.of("it is asked nothing, so it has no place to ask who is there")
                    : Optional.empty();
        }

        @Override
        public String toString() {
            return kind().word();
        }
    }

    /**
     * Answers with an HTML page of its own and nothing else, as a captive portal does: in place of CONNECT's answer, in the
     * clear where TLS is expected, or inside the session that the box ends.
     */
    record AnswerPage(int status) implements Adversity {
        public AnswerPage {
            Checks.range("status", status, 200, 599);
        }

        @Override
        public AdversityKind kind() {
            return AdversityKind.PAGE;
        }

        @Override
        public Optional<String> refusedBy(MiddleboxKind box) {
            return Optional.empty();
        }

        @Override
        public String toString() {
            return kind().word() + ":" + status;
        }
    }

    /** Ends the connection in order (FIN) when this many bytes have passed in this direction. */
    record Cut(long after, Direction direction) implements Adversity {
        public Cut {
            Checks.range("number of bytes", after, 0, Long.MAX_VALUE);
        }

        @Override
        public AdversityKind kind() {
            return AdversityKind.CUT;
        }

        @Override
        public Optional<String> refusedBy(MiddleboxKind box) {
            return Optional.empty();
        }

        @Override
        public String toString() {
            return kind().word() + ":" + after + ":" + direction.word();
        }
    }

    /** Ends this direction alone when this many bytes have passed in it; the other goes on. */
    record HalfClose(long after, Direction direction) implements Adversity {
        public HalfClose {
            Checks.range("number of bytes", after, 0, Long.MAX_VALUE);
        }

        @Override
        public AdversityKind kind() {
            return AdversityKind.HALF_CLOSE;
        }

        @Override
        public Optional<String> refusedBy(MiddleboxKind box) {
            return Optional.empty();
        }

        @Override
        public String toString() {
            return kind().word() + ":" + after + ":" + direction.word();
        }
    }

    /** Resets the client's connection (RST) when this many bytes have passed in this direction. */
    record Reset(long after, Direction direction) implements Adversity {
        public Reset {
            Checks.range("number of bytes", after, 0, Long.MAX_VALUE);
        }

        @Override
        public AdversityKind kind() {
            return AdversityKind.RESET;
        }

        @Override
        public Optional<String> refusedBy(MiddleboxKind box) {
            return Optional.empty();
        }

        @Override
        public String toString() {
            return kind().word() + ":" + after + ":" + direction.word();
        }
    }

    /** Falls silent at this step and keeps the connection open. */
    record Stall(Step step) implements Adversity {
        @Override
        public AdversityKind kind() {
            return AdversityKind.STALL;
        }

        @Override
        public Optional<String> refusedBy(MiddleboxKind box) {
            return switch (step) {
                case CONNECT ->
                    box.asked() == Asked.NOTHING
                            ? Optional.of("it is asked nothing that it could leave unanswered")
                            : Optional.empty();
                case CERTIFICATE_REQUEST ->
                    asksNobody(box)
                            ? Optional.of(
                                    "it asks its client for no certificate; hanging when the replica asks for one is a"
                                            + " setting of its own")
                            : Optional.empty();
                case LAST_BYTE ->
                    box.readsHttp()
                            ? Optional.empty()
                            : Optional.of("it passes bytes and does not see where a body ends");
                case CLIENT_HELLO, MID_BODY -> Optional.empty();
            };
        }

        @Override
        public String toString() {
            return kind().word() + ":" + step.word();
        }
    }

    /**
     * Holds every piece back for the latency, give or take the jitter, and passes no more than the rate, each way.
     *
     * @param bytesPerSecond 0 for as many as come
     */
    record Slow(Duration latency, Duration jitter, long bytesPerSecond) implements Adversity {
        public Slow {
            Checks.range("latency in milliseconds", latency.toMillis(), 0, 600_000);
            Checks.range("jitter in milliseconds", jitter.toMillis(), 0, latency.toMillis());
            Checks.range("number of bytes per second", bytesPerSecond, 0, Long.MAX_VALUE);
        }

        @Override
        public AdversityKind kind() {
            return AdversityKind.SLOW;
        }

        @Override
        public Optional<String> refusedBy(MiddleboxKind box) {
            return Optional.empty();
        }

        @Override
        public String toString() {
            return kind().word() + ":" + latency.toMillis() + ":" + jitter.toMillis() + ":" + bytesPerSecond;
        }
    }

    /** Changes the lowest bit of the byte at this offset, from 0. */
    record FlipByte(long offset, Direction direction) implements Adversity {
        public FlipByte {
            Checks.range("offset", offset, 0, Long.MAX_VALUE);
        }

        @Override
        public AdversityKind kind() {
            return AdversityKind.FLIP;
        }

        @Override
        public Optional<String> refusedBy(MiddleboxKind box) {
            return Optional.empty();
        }

        @Override
        public String toString() {
            return kind().word() + ":" + offset + ":" + direction.word();
        }
    }

    /** Answers 413 to a request whose body is longer, as soon as that is known. */
    record LimitBody(long bytes) implements Adversity {
        public LimitBody {
            Checks.range("number of bytes", bytes, 0, Long.MAX_VALUE);
        }

        @Override
        public AdversityKind kind() {
            return AdversityKind.LIMIT_BODY;
        }

        @Override
        public Optional<String> refusedBy(MiddleboxKind box) {
            return box.readsHttp()
                    ? Optional.empty()
                    : Optional.of("it passes bytes and does not see where a body begins");
        }

        @Override
        public String toString() {
            return kind().word() + ":" + bytes;
        }
    }

    /** Ends the connection when no byte has passed either way for this long. */
    record IdleTimeout(Duration limit) implements Adversity {
        public IdleTimeout {
            Checks.range("time in milliseconds", limit.toMillis(), 1, 86_400_000);
        }

        @Override
        public AdversityKind kind() {
            return AdversityKind.IDLE;
        }

        @Override
        public Optional<String> refusedBy(MiddleboxKind box) {
            return Optional.empty();
        }

        @Override
        public String toString() {
            return kind().word() + ":" + limit.toMillis();
        }
    }

    /** Sends the client a fatal alert (RFC 8446, 6.2) at this step, in the clear, and ends the connection. */
    record SendAlert(int code, Step step) implements Adversity {
        public SendAlert {
            Checks.range("alert", code, 0, 255);
        }

        @Override
        public AdversityKind kind() {
            return AdversityKind.ALERT;
        }

        @Override
        public Optional<String> refusedBy(MiddleboxKind box) {
            return switch (step) {
                case CLIENT_HELLO -> Optional.empty();
                case CERTIFICATE_REQUEST ->
                    asksNobody(box) ? Optional.of("it asks its client for no certificate") : Optional.empty();
                case CONNECT -> Optional.of("there is no TLS to alert before the tunnel");
                case MID_BODY, LAST_BYTE ->
                    Optional.of("alerts are encrypted by then, and no box here writes records of its own");
            };
        }

        @Override
        public String toString() {
            return kind().word() + ":" + code + ":" + step.word();
        }
    }

    /**
     * Says a Content-Length that is not so: 16 in the answer to CONNECT, which has no body, or, where answers are read, one
     * byte more than there is.
     */
    record LieAboutLength() implements Adversity {
        @Override
        public AdversityKind kind() {
            return AdversityKind.LIE_ABOUT_LENGTH;
        }

        @Override
        public Optional<String> refusedBy(MiddleboxKind box) {
            return box == MiddleboxKind.TUNNEL || box.readsHttp()
                    ? Optional.empty()
                    : Optional.of("it says nothing that has a length");
        }

        @Override
        public String toString() {
            return kind().word();
        }
    }

    private static boolean asksNobody(MiddleboxKind box) {
        return box == MiddleboxKind.INSPECTOR || box == MiddleboxKind.TRANSPARENT_INSPECTOR;
    }
}
