package throughline.primary.dial;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import throughline.primary.evidence.Failure;
import throughline.primary.evidence.FailureKind;

/**
 * Resolves with a time limit. The system's resolver cannot be interrupted, so each look-up has a daemon thread of its own
 * that is left behind when the limit runs out, until the system gives up.
 */
final class LimitedResolver {
    private final NameResolver resolver;
    private final Duration limit;
    private final Map<Thread, CompletableFuture<List<InetAddress>>> pending = new ConcurrentHashMap<>();
    private volatile boolean closed;

    LimitedResolver(NameResolver resolver, Duration limit) {
        this.resolver = resolver;
        this.limit = limit;
    }

    List<InetAddress> lookup(String host) throws NameUnresolvedException {
        CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
        Thread thread = new Thread(() -> resolve(host, answer), "throughline-resolve");
        thread.setDaemon(true);
        thread.start();
        pending.put(thread, answer);
        try {
            if (closed) {
                throw new CancellationException();
            }
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new NameUnresolvedException(
                    host,
                    new Failure(
                            FailureKind.TIMED_OUT,
                            "the limit of " + limit.toMillis() + " ms for resolving a name ran out"),
                    e);
        } catch (CancellationException e) {
            throw new NameUnresolvedException(host, new Failure(FailureKind.CANCELLED, "given up from here"), e);
        } catch (ExecutionException | CompletionException e) {
            throw new NameUnresolvedException(host, new Failure(FailureKind.NAME_UNKNOWN, "no such name"), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NameUnresolvedException(host, new Failure(FailureKind.CANCELLED, "interrupted"), e);
        } finally {
            pending.remove(thread);
            // Not every resolver heeds it; the system's does not.
            thread.interrupt();
        }
    }

    /** Ends the look-ups under way; those that follow end at once. */
    void close() {
        closed = true;
        pending.values().forEach(answer -> answer.cancel(false));
    }

    private void resolve(String host, CompletableFuture<List<InetAddress>> answer) {
        try {
            List<InetAddress> addresses = resolver.lookup(host);
            if (addresses.isEmpty()) {
                throw new UnknownHostException(host);
            }
            answer.complete(List.copyOf(addresses));
        } catch (UnknownHostException | RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }
}
