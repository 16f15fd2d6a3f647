package throughline.primary;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The senders of one attempt: the calling thread and further ones beside it, each with a connection of its own. */
final class Transfers {
    private final ExecutorService threads;
    private final Calls calls;
    private final IntFunction<Exchanges> exchanges;
    private @Nullable Throwable failure;
    private @Nullable IOException ended;
    private OptionalInt finished = OptionalInt.empty();

    Transfers(ExecutorService threads, Calls calls, IntFunction<Exchanges> exchanges) {
        this.threads = threads;
        this.calls = calls;
        this.exchanges = exchanges;
    }

    /** Those of this sender; 0 is the one that there always is. */
    Exchanges exchanges(int number) {
        return exchanges.apply(number);
    }

    /**
     * Runs the same work side by side until each has come to its end. The first failure ends the others; a sender that could
     * not begin leaves what it took to them.
     *
     * @throws IOException that failure
     */
    void run(int count, Work work) throws IOException {
        List<Future<?>> others = new ArrayList<>();
        for (int number = 1; number < count; number++) {
            int own = number;
            others.add(threads.submit(() -> work(own, work)));
        }
        work(0, work);
        others.forEach(this::await);
        throwFailure();
        if (ended != null && finished.isPresent()) {
            IOException first = ended;
            ended = null;
            work(finished.getAsInt(), work);
            throwFailure();
            if (ended != null) {
                ended.addSuppressed(first);
            }
        }
        if (ended != null) {
            throw ended;
        }
    }

    private void work(int number, Work work) {
        try {
            work.run(number, exchanges(number));
            synchronized (this) {
                finished = OptionalInt.of(number);
            }
        } catch (TransferEndedException e) {
            synchronized (this) {
                ended = e.reason();
            }
        } catch (IOException | RuntimeException e) {
            failed(e);
        }
    }

    private void failed(Throwable thrown) {
        synchronized (this) {
            if (failure != null) {
                return;
            }
            failure = thrown;
        }
        calls.cancel();
    }

    private void await(Future<?> other) {
        try {
            other.get();
        } catch (ExecutionException e) {
            failed(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            // This thread is the cycle's own, and is not interrupted by anybody.
            Thread.currentThread().interrupt();
            failed(e);
        }
    }

    private synchronized void throwFailure() throws IOException {
        Throwable thrown = failure;
        if (thrown instanceof IOException failed) {
            throw failed;
        }
        if (thrown != null) {
            throw new IllegalStateException(thrown);
        }
    }

    /** What each of the senders does. */
    interface Work {
        void run(int number, Exchanges exchanges) throws IOException;
    }

    /** A sender had to stop before it had begun with what it took, which it has given back. Others may go on. */
    static final class TransferEndedException extends IOException {
        private static final long serialVersionUID = 1;

        private final IOException reason;

        TransferEndedException(IOException reason) {
            super(reason);
            this.reason = reason;
        }

        IOException reason() {
            return reason;
        }
    }
}
