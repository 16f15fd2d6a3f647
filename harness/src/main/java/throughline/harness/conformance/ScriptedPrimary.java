package throughline.harness.conformance;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import throughline.protocol.AttemptId;

/**
 * Drives any replica through steps, and tells which of the promises of {@code docs/wire.md} it keeps. Has nothing of the
 * primary in it: plain requests, in the order of the script, whatever was answered before.
 */
public final class ScriptedPrimary {
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final URI replica;
    private final SSLContext tls;
    private final HttpClient client;
    private final AttemptId attempt = AttemptId.random();

    /**
     * @param replica {@code https://host:port}
     * @param tls with a client certificate that the replica admits, and trust in the replica's
     */
    public ScriptedPrimary(URI replica, SSLContext tls, HttpClient.Version version) {
        this.replica = replica;
        this.tls = tls;
        this.client = HttpClient.newBuilder()
                .proxy(HttpClient.Builder.NO_PROXY)
                .version(version)
                .sslContext(tls)
                .connectTimeout(LONGEST)
                .build();
    }

    /** Goes through all steps, also behind one that was broken. */
    public List<StepResult> run(List<Step> steps) {
        List<StepResult> results = new ArrayList<>();
        for (Step step : steps) {
            results.add(run(step));
        }
        return List.copyOf(results);
    }

    private StepResult run(Step step) {
        String expected = step.promise().shown();
        try {
            Reply reply = step.sending() == Sending.LARGER_LENGTH
                    ? LargerLength.send(replica, tls, step, attempt, LONGEST)
                    : send(step);
            boolean kept = step.promise().isKeptBy(reply, attempt.toString());
            return new StepResult(step.name(), kept, expected, reply.shown());
        } catch (IOException failed) {
            return new StepResult(step.name(), false, expected, failed.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new StepResult(step.name(), false, expected, "interrupted");
        }
    }

    private Reply send(Step step) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(replica.resolve(step.path()))
                .timeout(LONGEST)
                .header(AttemptId.HEADER, attempt.toString())
                .method(step.method(), body(step));
        step.mediaType().ifPresent(mediaType -> request.header("Content-Type", mediaType));
        HttpResponse<byte[]> response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        return new Reply(
                response.statusCode(),
                response.headers().firstValue("Content-Type").orElse(""),
                new Step.Body(response.body()));
    }

    private static BodyPublisher body(Step step) {
        byte[] bytes = step.body().bytes();
        if (step.mediaType().isEmpty()) {
            return BodyPublishers.noBody();
        }
        return step.sending() == Sending.NO_LENGTH
                ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes))
                : BodyPublishers.ofByteArray(bytes);
    }
}
