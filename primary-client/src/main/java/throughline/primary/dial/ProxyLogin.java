package throughline.primary.dial;

import java.io.IOException;
import java.net.ProtocolException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import throughline.primary.dial.ProxySettings.Hop;

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
    private final Optional<Negotiation> negotiation;
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
        this.negotiation = Optional.empty();
        this.method = method;
        this.target = target;
    }

    /**
     * With Negotiate too, where it is named for this proxy.
     *
     * @param limit for what Kerberos does for it
     */
    ProxyLogin(Hop proxy, String method, String target, Duration limit) throws TunnelException {
        this.authentication = proxy.authentication();
        this.credentials = authentication.current();
        this.negotiation = authentication.allows(AuthenticationScheme.NEGOTIATE)
                ? Optional.of(new Negotiation(proxy.host(), credentials, limit))
                : Optional.empty();
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

    /** The turn to send what is complete, see {@link Trial}; a refusal that came meanwhile withholds it. */
    Trial trial(Deadline deadline, BooleanSupplier givenUp) throws IOException {
        if (!complete || scheme == AuthenticationScheme.NEGOTIATE || credentials.isEmpty()) {
            return Trial.unneeded();
        }
        Trial trial = authentication.trial(credentials.get(), deadline, givenUp);
        withheld = authentication.hasRefused(credentials.get());
        return trial;
    }

    /** A new connection: what is bound to the one before begins anew. */
    void connected() throws IOException {
        if (scheme == AuthenticationScheme.NTLM) {
            beginNtlm();
        } else if (scheme == AuthenticationScheme.NEGOTIATE) {
            beginNegotiation();
        }
    }

    /**
     * The proxy has let us through.
     *
     * @param headers that come with its consent; a token of Negotiate in them has to be the right one
     */
    void accepted(Map<String, List<String>> headers) throws IOException {
        if (scheme == AuthenticationScheme.NEGOTIATE) {
            verify(headers);
        }
        if (complete) {
            sent().ifPresent(authentication::accepts);
        }
    }

    /** The proxy has said no to what was sent, if that was all there was to send. */
    void refused() throws IOException {
        if (complete) {
            sent().ifPresent(authentication::refuses);
        }
    }

    /**
     * The proxy has ended the connection over what was sent: said of credentials that it has never accepted, that is its no.
     *
     * @return whether it counts as one
     */
    boolean refusedByEnd() throws IOException {
        if (!complete
                || sent().isEmpty()
                || sent().filter(authentication::hasAccepted).isPresent()) {
            return false;
        }
        refused();
        return true;
    }

    /** Whether the same request may go out again on another connection, without anybody having said a word to it. */
    boolean mayBeRepeated() throws IOException {
        return !bound && (!complete || sent().filter(authentication::isTrusted).isPresent());
    }

    /** Somebody has said no, the proxy or who is behind it: the proxy, unless it has accepted the same before. */
    void refusedBySomebody() throws IOException {
        if (sent().filter(authentication::hasAccepted).isEmpty()) {
            refused();
        }
    }

    /**
     * Takes the challenges of a 407.
     *
     * @return whether there is something to say to them
     */
    boolean answer(List<String> headers) throws IOException {
        List<Challenge> challenges = Challenge.parse(headers);
        if (complete && !staleNonce(challenges) && !goesOn(challenges)) {
            refused();
            return false;
        }
        if (credentials.filter(authentication::hasRefused).isPresent()) {
            withheld = true;
            return false;
        }
        if (scheme == null) {
            scheme = choose(challenges);
        }
        if (scheme == AuthenticationScheme.NEGOTIATE) {
            return answerNegotiate(challenges);
        }
        return scheme != null && credentials.isPresent() && answer(scheme, credentials.get(), challenges);
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
            case NEGOTIATE -> throw new IllegalStateException("answered with tokens, not with a pair");
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

    /** The first token says it all, unless the proxy asks on; a token of its own then says so. */
    private boolean answerNegotiate(List<Challenge> challenges) throws IOException {
        Optional<String> token = negotiateToken(challenges);
        if (token.isEmpty() || negotiation.isEmpty() || !complete) {
            return beginNegotiation();
        }
        bound = true;
        Optional<String> next = negotiation.get().next(token.get());
        if (next.isEmpty()) {
            refused();
            return false;
        }
        return say("Negotiate " + next.get(), true);
    }

    private boolean beginNegotiation() throws IOException {
        bound = false;
        Negotiation own = negotiation.orElseThrow();
        try {
            if (authentication.hasRefused(own.identity())) {
                withheld = true;
                return false;
            }
            return say("Negotiate " + own.begin(), true);
        } catch (Negotiation.RefusedException e) {
            credentials.ifPresent(authentication::refuses);
            throw e;
        }
    }

    private void verify(Map<String, List<String>> headers) throws IOException {
        for (String name : List.of("proxy-authenticate", "proxy-authentication-info")) {
            Optional<String> token = negotiateToken(Challenge.parse(headers.getOrDefault(name, List.of())));
            if (token.isPresent()) {
                negotiation.orElseThrow().verify(token.get());
                return;
            }
        }
    }

    /** Whether the proxy has taken what was sent for one step of several. */
    private boolean goesOn(List<Challenge> challenges) {
        return scheme == AuthenticationScheme.NEGOTIATE
                && negotiateToken(challenges).isPresent();
    }

    private static Optional<String> negotiateToken(List<Challenge> challenges) {
        return Optional.ofNullable(Challenge.of(AuthenticationScheme.NEGOTIATE, challenges))
                .flatMap(Challenge::token);
    }

    /** What a refusal is remembered for: the pair, or the ticket that stood for one. */
    private Optional<ProxyCredentials> sent() throws IOException {
        return scheme == AuthenticationScheme.NEGOTIATE && negotiation.isPresent()
                ? Optional.of(negotiation.get().identity())
                : credentials;
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
                .filter(offered ->
                        offered == AuthenticationScheme.NEGOTIATE ? negotiation.isPresent() : credentials.isPresent())
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
