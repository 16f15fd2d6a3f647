package throughline.primary;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import throughline.primary.Answer.Expected;
import throughline.primary.ReplicaConnection.Lane;
import throughline.primary.ReplicaConnection.NotAnnouncedException;
import throughline.primary.capture.AttemptLog;
import throughline.primary.capture.CallTrace;
import throughline.primary.capture.Failures;
import throughline.primary.dial.NameUnresolvedException;
import throughline.primary.dial.ProxySettings.Direct;
import throughline.primary.evidence.ExchangeEvidence.Exchange;
import throughline.primary.evidence.ExchangeEvidence.ExchangeFailed;
import throughline.primary.evidence.ExchangeEvidence.ReceiptReceived;
import throughline.primary.evidence.Failure;
import throughline.primary.evidence.PathEvidence.Leg;
import throughline.primary.evidence.PathEvidence.NameUnresolved;
import throughline.primary.replication.OutgoingSlice;
import throughline.protocol.Announcement;
import throughline.protocol.AttemptId;
import throughline.protocol.Endpoints;
import throughline.protocol.Json;
import throughline.protocol.MalformedMessageException;
import throughline.protocol.MediaTypes;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;
import throughline.protocol.SignedView;
import throughline.protocol.replication.BlockDigests;
import throughline.protocol.replication.ChangeSetId;
import throughline.protocol.replication.Commit;
import throughline.protocol.replication.MachineDeclaration;
import throughline.protocol.replication.MachineList;
import throughline.protocol.replication.MachineName;
import throughline.protocol.replication.MachineState;
import throughline.protocol.replication.Receipt;
import throughline.protocol.replication.ReplicationPaths;
import throughline.protocol.replication.ReplicationPaths.Target;
import throughline.protocol.replication.SliceId;
import throughline.protocol.replication.SliceReceipt;

/** What is asked of the replica, one request after the other, for one attempt. An announcement opens every connection. */
final class Exchanges {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String SOFTWARE = "Throughline primary";

    /** A replica that closes after each answer would have us announce for ever. */
    private static final int MOST_ANNOUNCEMENTS = 3;

    private final ReplicaConnection connection;
    private final Lane lane;
    private final AttemptLog attempt;
    private final Calls calls;

    Exchanges(ReplicaConnection connection, Lane lane, AttemptLog attempt, Calls calls) {
        this.connection = connection;
        this.lane = lane;
        this.attempt = attempt;
        this.calls = calls;
    }

    /** Whether everything under way was ended from here. */
    boolean ended() {
        return calls.cancelled();
    }

    /** Opens a connection, or takes one that is open, and has the replica say what it sees of it. */
    void announce() throws IOException {
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        Announcement announcement = new Announcement(HexFormat.of().formatHex(random), SOFTWARE);
        Request.Builder request =
                request(Endpoints.ANNOUNCE).post(body(Json.plain().encode(announcement), MediaTypes.ANNOUNCEMENT));
        execute(lane.announcing(), Exchange.ANNOUNCE, request, Expected.nothing(), answer -> {
            SignedView signed = answer.read(MediaTypes.VIEW, SignedView.class);
            connection.viewCheck().note(attempt, answer, announcement, signed);
            return signed;
        });
    }

    /** What the replica holds of the machine; absent when it was never declared there. */
    Optional<MachineState> state(MachineName machine) throws IOException {
        Expected never = (status, reason) -> reason.equals(Optional.of(RefusalReason.UNKNOWN_MACHINE));
        try {
            return Optional.of(announced(
                    Exchange.STATE,
                    request(ReplicationPaths.machine(machine)).get(),
                    never,
                    answer -> answer.read(MediaTypes.MACHINE, MachineState.class)));
        } catch (RefusedException e) {
            if (e.reason() == RefusalReason.UNKNOWN_MACHINE) {
                return Optional.empty();
            }
            throw e;
        }
    }

    MachineList machines() throws IOException {
        return announced(
                Exchange.STATE,
                request(ReplicationPaths.MACHINES).get(),
                Expected.nothing(),
                answer -> answer.read(MediaTypes.MACHINES, MachineList.class));
    }

    MachineState declare(MachineName machine, MachineDeclaration declaration) throws IOException {
        RequestBody body = body(Json.plain().encode(declaration), MediaTypes.MACHINE);
        Request.Builder request = request(ReplicationPaths.machine(machine)).put(body);
        return announced(Exchange.DECLARE, request, Expected.nothing(), answer -> {
            MachineState state = answer.read(MediaTypes.MACHINE, MachineState.class);
            if (!state.machine().equals(machine) || state.epoch() != declaration.epoch()) {
                throw answer.unusable(new MalformedMessageException("the declaration of " + machine + " in epoch "
                        + declaration.epoch() + " is answered for another one"));
            }
            return state;
        });
    }

    /** Digests as they travel, for exactly the blocks asked for. */
    byte[] digests(Target.Digests asked, Expected expected) throws IOException {
        return announced(
                Exchange.DIGESTS,
                request(ReplicationPaths.digests(asked)).get(),
                expected,
                answer -> answer.bytes(MediaTypes.DIGESTS, asked.count() * BlockDigests.LENGTH));
    }

    /**
     * Sends a slice.
     *
     * @param expected refusals after which the content is sent in another way
     */
    SliceReceipt slice(SliceId id, OutgoingSlice slice, Expected expected) throws IOException {
        Request.Builder request = request(ReplicationPaths.slice(id)).post(new SliceBody(slice));
        return announced(Exchange.SLICE, request, expected, answer -> {
            SliceReceipt receipt = answer.read(MediaTypes.SLICE_RECEIPT, SliceReceipt.class);
            SliceReceipt due = new SliceReceipt(
                    id.changeSet().machine(),
                    id.changeSet().epoch(),
                    id.changeSet().sequence(),
                    id.number(),
                    slice.digest().orElse(""),
                    slice.frames(),
                    slice.bytes());
            if (!receipt.equals(due)) {
                throw answer.unusable(new MalformedMessageException("the receipt for " + id + " is for another slice"));
            }
            return receipt;
        });
    }

    Receipt commit(ChangeSetId id, Commit commit) throws IOException {
        RequestBody body = body(Json.plain().encode(commit), MediaTypes.COMMIT);
        Request.Builder request = request(ReplicationPaths.changeSet(id)).post(body);
        return announced(Exchange.COMMIT, request, Expected.nothing(), answer -> {
            Receipt receipt = answer.read(MediaTypes.RECEIPT, Receipt.class);
            if (!isFor(receipt, id, commit)) {
                throw answer.unusable(
                        new MalformedMessageException("the receipt for " + id + " is for another change set"));
            }
            answer.note((number, after) ->
                    new ReceiptReceived(number, after, id.toString(), receipt.bytes(), receipt.digest()));
            return receipt;
        });
    }

    static boolean isFor(Receipt receipt, ChangeSetId id, Commit commit) {
        return id.equals(new ChangeSetId(receipt.machine(), receipt.epoch(), receipt.sequence()))
                && receipt.slices() == commit.slices()
                && receipt.digest().equals(commit.digest());
    }

    /** If the kept connection is gone, the new one is announced on before anything else is sent. */
    private <T> T announced(Exchange exchange, Request.Builder request, Expected expected, Reading<T> reading)
            throws IOException {
        for (int announcements = 0; ; announcements++) {
            try {
                return execute(lane.client(), exchange, request, expected, reading);
            } catch (NotAnnouncedException e) {
                if (announcements == MOST_ANNOUNCEMENTS) {
                    Failure failure = Failures.of(e);
                    attempt.note(
                            (number, after) -> new ExchangeFailed(number, after, exchange, failure, Duration.ZERO));
                    throw e;
                }
                announce();
            }
        }
    }

    private <T> T execute(
            OkHttpClient with, Exchange exchange, Request.Builder request, Expected expected, Reading<T> reading)
            throws IOException {
        ClientSettings settings = connection.settings();
        CallTrace trace = connection.trace(attempt, exchange, calls);
        SliceBody.Abandoned abandoned = new SliceBody.Abandoned();
        request.header(AttemptId.HEADER, attempt.attempt().toString())
                .tag(CallTrace.class, trace)
                .tag(SliceBody.Abandoned.class, abandoned);
        try {
            return calls.during(with.newCall(request.build()), call -> {
                try (Answer answer = Answer.of(call.execute(), trace, settings.proxy(), expected)) {
                    return reading.of(answer);
                } finally {
                    if (abandoned.isOpen()) {
                        call.cancel();
                        abandoned.end();
                    }
                }
            });
        } catch (NameUnresolvedException e) {
            // Through a proxy only the proxy's name is resolved here, and the dialer has noted that.
            if (settings.proxy() instanceof Direct && !connection.isClosed()) {
                attempt.note((number, after) -> new NameUnresolved(number, after, Leg.REPLICA, e.host(), e.failure()));
            }
            throw e;
        }
    }

    private Request.Builder request(String path) {
        return new Request.Builder()
                .url(connection.settings().replica().resolve(path).toString());
    }

    private static RequestBody body(byte[] content, String type) {
        return RequestBody.create(content, MediaType.get(type));
    }

    private interface Reading<T> {
        T of(Answer answer) throws IOException;
    }
}
