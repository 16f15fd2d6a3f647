package throughline.identity;

import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A source's credentials as an endpoint has them in force: made into what the endpoint works with, once per change, and
 * kept when the source fails. Thread-safe, without a thread of its own.
 *
 * @param <T> what an endpoint makes of credentials, such as a TLS context
 */
public final class CredentialsInForce<T> {
    private static final Logger LOG = LoggerFactory.getLogger(CredentialsInForce.class);

    private final CredentialsSource source;
    private final Use<T> use;
    private final CredentialsListener listener;
    private final ReentrantLock looking = new ReentrantLock();
    private Credentials credentials;
    private volatile T inForce;
    private Optional<String> reported = Optional.empty();

    /** What an endpoint makes of credentials. */
    @FunctionalInterface
    public interface Use<T> {
        /**
         * Called once per change, by the thread that looked.
         *
         * @throws UnusableIdentityException if this endpoint cannot work with them
         */
        T of(Credentials credentials) throws UnusableIdentityException;
    }

    /**
     * Asks the source for the first time.
     *
     * @throws UnusableIdentityException if it has nothing, or nothing this endpoint can work with
     */
    public CredentialsInForce(CredentialsSource source, Use<T> use, CredentialsListener listener)
            throws UnusableIdentityException {
        this.source = source;
        this.use = use;
        this.listener = listener;
        this.credentials = source.current();
        this.inForce = use.of(credentials);
    }

    /**
     * Asks the source, and returns what is in force then. While another thread is asking, it is not waited for: what was
     * in force before is.
     */
    public T look() {
        if (looking.tryLock()) {
            try {
                ask();
            } finally {
                looking.unlock();
            }
        }
        return inForce;
    }

    /** Without asking the source. */
    public T inForce() {
        return inForce;
    }

    private void ask() {
        try {
            Credentials current = source.current();
            if (!current.equals(credentials)) {
                T made = use.of(current);
                credentials = current;
                inForce = made;
                LOG.info("credentials changed: {}", current);
                tell(told -> told.changed(current));
            }
            reported = Optional.empty();
        } catch (UnusableIdentityException unusable) {
            report(unusable);
        } catch (RuntimeException failed) {
            // Its text is the caller's own, and might hold anything.
            report(new UnusableIdentityException(
                    "The source of the credentials failed with "
                            + failed.getClass().getName() + ".",
                    failed));
        }
    }

    private void report(UnusableIdentityException unusable) {
        Optional<String> sentence = Optional.of(String.valueOf(unusable.getMessage()));
        if (!sentence.equals(reported)) {
            reported = sentence;
            LOG.warn("the credentials in force are kept: {}", sentence.get());
            tell(told -> told.unusable(unusable));
        }
    }

    private void tell(Consumer<CredentialsListener> message) {
        try {
            message.accept(listener);
        } catch (RuntimeException failed) {
            LOG.warn(
                    "the listener for credentials failed with {}",
                    failed.getClass().getName());
        }
    }
}
