package throughline.harness.middlebox;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/** The methods of the requests that wait for their answers, in order: an answer's framing depends on its request. */
final class PendingRequests {
    private static final int MOST = 1024;

    private final Queue<String> methods = new ArrayDeque<>();
    private boolean complete;
    private Optional<OwnAnswer> refusal = Optional.empty();

    synchronized void asked(String method) throws IOException {
        if (methods.size() == MOST) {
            throw new IOException("more than " + MOST + " requests wait for their answers");
        }
        methods.add(method);
    }

    /** The method that the next answer belongs to. */
    synchronized Optional<String> next() {
        return Optional.ofNullable(methods.peek());
    }

    synchronized void answered() {
        methods.poll();
    }

    /** Whether no more than one waits. */
    synchronized boolean only() {
        return methods.size() <= 1;
    }

    /** The last one is the box's to answer, with this; says whether no other one waits for the replica. */
    synchronized boolean refuse(OwnAnswer own) {
        refusal = Optional.of(own);
        return only();
    }

    /** Whether it is the turn of the one that the box answers. */
    synchronized boolean refusedIsNext() {
        return refusal.isPresent() && methods.size() == 1;
    }

    synchronized Optional<OwnAnswer> refusal() {
        return refusal;
    }

    /** The client asks nothing more. */
    synchronized void complete() {
        complete = true;
    }

    /** Whether all has been asked and answered. */
    synchronized boolean done() {
        return complete && methods.isEmpty();
    }
}
