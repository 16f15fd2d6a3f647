package throughline.identity;

import java.time.Duration;

/**
 * Where an endpoint has its credentials from. It is asked whenever a connection is about to be made or a request has
 * arrived, by whichever thread is at it, and never by two threads of one endpoint at a time; so it answers at once.
 * Equal credentials mean that nothing has changed: whoever writes a source hands out the same {@link Identity} and
 * {@link Trust} until there are others.
 */
@FunctionalInterface
public interface CredentialsSource {
    /**
     * What is to be in force from now on.
     *
     * @throws UnusableIdentityException if there is nothing usable now: an endpoint then stays with what it has, and one
     *     that has nothing yet does not start
     */
    Credentials current() throws UnusableIdentityException;

    /** Never changes. */
    static CredentialsSource fixed(Credentials credentials) {
        return () -> credentials;
    }

    /** Reads the files, and again when one of them has changed, which is looked at once per second at most. */
    static CredentialsSource files(CredentialFiles files) {
        return files(files, Duration.ofSeconds(1));
    }

    /**
     * Reads the files when first asked, and all of them again when one has changed: its size, its time of modification or
     * the file itself, where the path or a link on it leads to another one. A set that does not fit together, such as a
     * new key beside a certificate that is still the old one, is unusable until the rest is there.
     *
     * @param interval how long the files are not looked at after they have been
     */
    static CredentialsSource files(CredentialFiles files, Duration interval) {
        return new ChangingFiles(files, interval);
    }
}
