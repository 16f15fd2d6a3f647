package throughline.primary.dial;

import java.net.ProtocolException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is answered to one proxy's challenges on one dialled connection. Takes the strongest scheme that is offered, known and
 * allowed, and stays with it; each pair of credentials is sent to its end once.
 */
final class ProxyLogin {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int MOST_STALE = 2;

    /** Seconds from 1601, the beginning of NTLM's time, to 1970. */
    private static final long NTLM_EPOCH = 11_644_473_600L;

    private final ProxyAuthentication authentication;
    private final Optional<ProxyCredentials> credentials;
    private final String method;
    private final String target;
    private @Nullable AuthenticationScheme scheme;
    private Optional<String> authorization = Optional.empty();
    private boolean complete;
    private boolean bound;
    private boolean withheld;
    private int stale;

    /**
     * @param method of the requests, as they have it
     * @param target of the requests, as they have it
     */
    ProxyLogin(ProxyAuthentication authentication, String method, String target) throws TunnelException {
        this.authentication = authentication;
        this.credentials = authentication.current();
        this.method = method;
        this.target = target;
    }

    /** What the next request carries in Proxy-Authorization. */
    Optional<String> authorization() {
        return authorization;
    }

    /** Whether that is all there is to say: to be asked again then is to be refused. */
    boolean isComplete() {
        return complete;
    }

    /** Whether the proxy waits for the next step on this very connection. */
    boolean isBound() {
        return bound;
    }

    /** Whether credentials that would fit were not sent, because this proxy has refused them before. */
    boolean isWithheld() {
        return withheld;
    }

    /** A new connection: what is bound to the one before begins anew. */
    void connected() {
        if (scheme == AuthenticationScheme.NTLM) {
            beginNtlm();
        }
    }

    /** The proxy has let us through. */
    void accepted() {
        if (complete) {
            credentials.ifPresent(authentication::accepts);
        }
    }

    /** The proxy has said no to what was sent, if that was all there was to send. */
    void refused() {
        if (complete) {
            credentials.ifPresent(authentication::refuses);
        }
    }

    /** Somebody has said no, the proxy or who is behind it: the proxy, unless it has accepted the same before. */
    void refusedBySomebody() {
        if (credentials.filter(authentication::hasAccepted).isEmpty()) {
            refused();
        }
    }

    /**
     * Takes the challenges of a 407.
     *
     * @return whether there is something to say to them
     */
    boolean answer(List<String> headers) throws ProtocolException {
        if (credentials.isEmpty()) {
            return false;
        }
        List<Challenge> challenges = Challenge.parse(headers);
        ProxyCredentials pair = credentials.get();
        if (complete && !staleNonce(challenges)) {
            refused();
            return false;
        }
        if (authentication.hasRefused(pair)) {
            withheld = true;
            return false;
        }
        if (scheme == null) {
            scheme = choose(challenges);
        }
        return scheme != null && answer(scheme, pair, challenges);
    }

    private boolean answer(AuthenticationScheme chosen, ProxyCredentials pair, List<Challenge> challenges)
            throws ProtocolException {
        return switch (chosen) {
            case BASIC -> say(pair.basic(), true);
            case DIGEST ->
                strongest(challenges)
                        .map(digest -> say(digest.authorization(pair, method, target, 1, clientNonce()), true))
                        .orElse(false);
            case NTLM -> answerNtlm(pair, challenges);
            case NEGOTIATE -> false;
        };
    }

    private boolean answerNtlm(ProxyCredentials pair, List<Challenge> challenges) throws ProtocolException {
        Challenge challenge = Challenge.of(AuthenticationScheme.NTLM, challenges);
        if (authorization.isEmpty()) {
            return beginNtlm();
        }
        if (challenge == null || challenge.token().isEmpty()) {
            return false;
        }
        Ntlm.Demand demand = Ntlm.Demand.parse(decoded(challenge.token().get()));
        byte[] nonce = new byte[8];
        RANDOM.nextBytes(nonce);
        long now = (System.currentTimeMillis() / 1000 + NTLM_EPOCH) * 10_000_000L;
        bound = true;
        return say(ntlm(Ntlm.authenticate(Ntlm.negotiate(), demand, pair, now, nonce)), true);
    }

    private boolean beginNtlm() {
        bound = false;
        return say(ntlm(Ntlm.negotiate()), false);
    }

    private boolean say(String value, boolean last) {
        authorization = Optional.of(value);
        complete = last;
        return true;
    }

    private @Nullable AuthenticationScheme choose(List<Challenge> challenges) {
        return Arrays.stream(AuthenticationScheme.values())
                .filter(authentication::allows)
                .filter(offered -> Challenge.of(offered, challenges) != null)
                .filter(offered -> offered != AuthenticationScheme.NEGOTIATE)
                .filter(offered -> offered != AuthenticationScheme.DIGEST
                        || strongest(challenges).isPresent())
                .findFirst()
                .orElse(null);
    }

    /** A nonce that is too old is no refusal; a proxy that has only such is one. */
    private boolean staleNonce(List<Challenge> challenges) {
        return scheme == AuthenticationScheme.DIGEST
                && strongest(challenges).filter(Digest::stale).isPresent()
                && stale++ < MOST_STALE;
    }

    private static Optional<Digest> strongest(List<Challenge> challenges) {
        return challenges.stream()
                .filter(challenge -> challenge
                        .known()
                        .filter(AuthenticationScheme.DIGEST::equals)
                        .isPresent())
                .flatMap(challenge -> Digest.of(challenge).stream())
                .min(Comparator.comparing(Digest::algorithm));
    }

    private static String clientNonce() {
        byte[] nonce = new byte[16];
        RANDOM.nextBytes(nonce);
        return HexFormat.of().formatHex(nonce);
    }

    private static String ntlm(byte[] message) {
        return "NTLM " + Base64.getEncoder().encodeToString(message);
    }

    private static byte[] decoded(String token) throws ProtocolException {
        try {
            return Base64.getDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("the proxy's NTLM message is not Base64");
        }
    }
}
