package throughline.primary;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import okhttp3.Call;

/** The calls that are under way for one purpose, so that they can be ended together, from any thread. */
final class Calls {
    private final Set<Call> underWay = new HashSet<>();
    private boolean cancelled;

    <T> T during(Call call, Exchanging<T> exchanging) throws IOException {
        synchronized (this) {
            if (cancelled) {
                throw new IOException("Canceled");
            }
            underWay.add(call);
        }
        try {
            return exchanging.run(call);
        } finally {
            synchronized (this) {
                underWay.remove(call);
            }
        }
    }

    void cancel() {
        List<Call> calls;
        synchronized (this) {
            cancelled = true;
            calls = List.copyOf(underWay);
        }
        calls.forEach(Call::cancel);
    }

    synchronized boolean cancelled() {
        return cancelled;
    }

    interface Exchanging<T> {
        T run(Call call) throws IOException;
    }
}
