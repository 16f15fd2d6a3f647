package throughline.primary.dial;

import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who we say we are to one proxy, and how. Bound to the proxy whose settings hold it; shows no secret in {@code toString}.
 *
 * <p>It remembers the pair that the proxy has refused, for as long as it is used, over all connections: the same pair is not
 * sent again until the source gives another one, because accounts get locked.
 */
public final class ProxyAuthentication {
    private static final ProxyAuthentication NONE =
            new ProxyAuthentication(Optional.empty(), EnumSet.noneOf(AuthenticationScheme.class));

    /** An account may be closed at any time: for so long an acceptance lets others send the same pair side by side. */
    private static final Duration TRUST = Duration.ofSeconds(5);

    private final Optional<ProxyCredentialsSource> source;
    private final LongSupplier nanoTime;
    private final Set<AuthenticationScheme> schemes;
    private final Semaphore turn = new Semaphore(1);
    private volatile @Nullable ProxyCredentials given;
    private volatile @Nullable ProxyCredentials refused;
    private volatile @Nullable Acceptance accepted;

    private record Acceptance(ProxyCredentials pair, long nanoTime) {}

    private ProxyAuthentication(Optional<ProxyCredentialsSource> source, Set<AuthenticationScheme> schemes) {
        this(source, schemes, System::nanoTime);
    }

    ProxyAuthentication(
            Optional<ProxyCredentialsSource> source, Set<AuthenticationScheme> schemes, LongSupplier nanoTime) {
        this.source = source;
        this.nanoTime = nanoTime;
        this.schemes = Collections.unmodifiableSet(schemes);
    }

    /** Nobody in particular. */
    public static ProxyAuthentication none() {
        return NONE;
    }

    /** For Basic and Digest, at a SOCKS proxy for user name and password. */
    public static ProxyAuthentication of(ProxyCredentials credentials) {
        return from(() -> Optional.of(credentials));
    }

    /** The same with credentials that may change between connections. */
    public static ProxyAuthentication from(ProxyCredentialsSource source) {
        return new ProxyAuthentication(
                Optional.of(source), EnumSet.of(AuthenticationScheme.DIGEST, AuthenticationScheme.BASIC));
    }

    /**
     * Negotiate by the Kerberos ticket that is there already: as JAAS is told for {@code com.sun.security.jgss.krb5.initiate},
     * else that of whoever runs this program. For user and password there is {@link #of} with {@link #using}.
     */
    public static ProxyAuthentication negotiate() {
        return new ProxyAuthentication(Optional.empty(), EnumSet.of(AuthenticationScheme.NEGOTIATE));
    }

    /** The same credentials with exactly these schemes: NTLM and Negotiate are used only where they are named here. */
    public ProxyAuthentication using(AuthenticationScheme first, AuthenticationScheme... others) {
        return new ProxyAuthentication(source, EnumSet.of(first, others));
    }

    static ProxyAuthentication of(Optional<ProxyCredentials> credentials) {
        return credentials.map(ProxyAuthentication::of).orElse(NONE);
    }

    boolean isConfigured() {
        return source.isPresent() || allows(AuthenticationScheme.NEGOTIATE);
    }

    boolean allows(AuthenticationScheme scheme) {
        return schemes.contains(scheme);
    }

    /**
     * Those in force.
     *
     * @throws TunnelException when the source fails: without credentials is not how it was meant to go on
     */
    Optional<ProxyCredentials> current() throws TunnelException {
        try {
            Optional<ProxyCredentials> pair = source.flatMap(ProxyCredentialsSource::credentials);
            pair.ifPresent(known -> given = known);
            return pair;
        } catch (RuntimeException e) {
            throw TunnelException.speechless("no credentials for the proxy: " + e.getMessage(), e);
        }
    }

    /** Waits while another connection tries a pair that has been neither accepted lately nor refused. */
    Trial trial(ProxyCredentials pair, Deadline deadline, BooleanSupplier givenUp) throws IOException {
        BooleanSupplier decided = () -> isTrusted(pair) || hasRefused(pair);
        return decided.getAsBoolean() ? Trial.unneeded() : Trial.begin(turn, deadline, decided, givenUp);
    }

    boolean hasRefused(ProxyCredentials pair) {
        ProxyCredentials known = refused;
        return known != null && known.isSame(pair);
    }

    void refuses(ProxyCredentials pair) {
        refused = pair;
    }

    boolean hasAccepted(ProxyCredentials pair) {
        Acceptance known = accepted;
        return known != null && known.pair().isSame(pair);
    }

    /** Whether the proxy has accepted the pair only just now. */
    boolean isTrusted(ProxyCredentials pair) {
        Acceptance known = accepted;
        return known != null
                && known.pair().isSame(pair)
                && nanoTime.getAsLong() - known.nanoTime() <= TRUST.toNanos()
                && !hasRefused(pair);
    }

    /** The proxy has accepted some: a refusal from before is of no account any more. */
    void accepts(ProxyCredentials pair) {
        accepted = new Acceptance(pair, nanoTime.getAsLong());
        if (hasRefused(pair)) {
            refused = null;
        }
    }

    String conceal(String text) {
        ProxyCredentials known = given;
        return known == null ? ProxyCredentials.withoutHeader(text) : known.conceal(text);
    }

    @Override
    public String toString() {
        return isConfigured() ? "ProxyAuthentication[not shown]" : "ProxyAuthentication[none]";
    }
}
