package throughline.identity.revocation;

import java.io.IOException;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import throughline.identity.Trust;
import throughline.identity.revocation.RevocationSources.CrlPoint;
import throughline.identity.revocation.RevocationStatus.Source;
import throughline.identity.revocation.RevocationStatus.State;

/**
 * Asks about the revocation of chains. What a signed answer said is kept until its nextUpdate, a day at most. Thread-safe; there is
 * nothing to close.
 */
public final class RevocationCheck {
    /** A handshake waits, and sources that are silent may be many. */
    private static final Duration LONGEST = Duration.ofSeconds(15);

    /** A list may be in force for years, and a certificate revoked tomorrow. */
    private static final Duration LONGEST_KEPT = Duration.ofDays(1);

    private final RevocationFetch fetch;
    private final InstantSource clock;
    private final RevocationCache cache = new RevocationCache();

    public RevocationCheck(RevocationFetch fetch, InstantSource clock) {
        this.fetch = fetch;
        this.clock = clock;
    }

    /**
     * Asks about every certificate between the leaf and an anchor: first the stapled answer, then the OCSP responders,
     * then the CRLs that it names, at most three of each, until one says good or revoked. Blocks for as long as the
     * fetches take, and begins none when fifteen seconds are over. Whatever the other end and the sources send, the outcome is a status.
     *
     * @param shown as they came over the wire, the leaf first; of more than ten the first ten count
     * @param stapled the OCSP answers sent along with these, in the same order; an empty one, or none at its place, where
     *     nothing was stapled
     * @return one for each certificate of the path, the leaf's first, without the anchor; for the leaf alone,
     *     {@link State#UNKNOWN}, if there is no path to an anchor. Empty if the leaf is an anchor
     * @throws IllegalArgumentException if no certificate is shown
     */
    public List<RevocationStatus> check(List<X509Certificate> shown, Trust trust, List<byte[]> stapled) {
        if (shown.isEmpty()) {
            throw new IllegalArgumentException("There is no certificate to ask about: a chain has at least one.");
        }
        Instant now = clock.instant();
        long end = System.nanoTime() + LONGEST.toNanos();
        Optional<List<X509Certificate>> path = IssuerPath.of(shown, trust, now);
        if (path.isEmpty()) {
            return List.of(new RevocationStatus(
                    shown.get(0),
                    State.UNKNOWN,
                    Source.NONE,
                    Optional.empty(),
                    Optional.empty(),
                    "Nobody was asked whether it is revoked, because no path leads from it to a trusted authority."));
        }
        List<RevocationStatus> statuses = new ArrayList<>();
        for (int i = 0; i + 1 < path.get().size(); i++) {
            X509Certificate certificate = path.get().get(i);
            byte[] staple = staple(certificate, shown, stapled);
            statuses.add(status(certificate, path.get().get(i + 1), staple, now, end));
        }
        return List.copyOf(statuses);
    }

    private static byte[] staple(X509Certificate certificate, List<X509Certificate> shown, List<byte[]> stapled) {
        int position = shown.indexOf(certificate);
        return position >= 0 && position < stapled.size() ? stapled.get(position) : new byte[0];
    }

    /** What is kept as revoked is not made good by a staple, which its owner chose and which may be the older answer. */
    private RevocationStatus status(
            X509Certificate certificate, X509Certificate issuer, byte[] staple, Instant now, long end) {
        Optional<RevocationStatus> kept = cache.get(certificate, issuer, now);
        if (kept.isPresent() && (staple.length == 0 || kept.get().state() == State.REVOKED)) {
            return kept.get();
        }
        Inquiry inquiry = new Inquiry(certificate);
        if (staple.length > 0) {
            inquiry.heard(Source.STAPLED, Optional.empty(), OcspJudge.judge(staple, certificate, issuer, now));
            if (!inquiry.settled() && kept.isPresent()) {
                return kept.get();
            }
        }
        RevocationSources sources = RevocationSources.of(certificate);
        for (int i = 0; i < sources.ocsp().size() && !inquiry.settled() && inTime(end); i++) {
            URI responder = sources.ocsp().get(i);
            inquiry.heard(Source.OCSP, Optional.of(responder), ocsp(responder, certificate, issuer, now));
        }
        for (int i = 0; i < sources.crls().size() && !inquiry.settled() && inTime(end); i++) {
            CrlPoint point = sources.crls().get(i);
            inquiry.heard(Source.CRL, Optional.of(point.address()), crl(point, certificate, issuer, now));
        }
        RevocationStatus status =
                inquiry.status(inTime(end) ? sources.unusable() : List.of("no time was left to ask further"));
        inquiry.inForceUntil()
                .filter(now::isBefore)
                .ifPresent(until -> cache.put(status, issuer, earlier(until, now.plus(LONGEST_KEPT))));
        return status;
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static boolean inTime(long end) {
        return System.nanoTime() - end < 0;
    }

    private Judgement ocsp(URI responder, X509Certificate certificate, X509Certificate issuer, Instant now) {
        byte[] answer;
        try {
            answer = fetch.post(responder, OcspRequest.about(certificate, issuer));
        } catch (MalformedDerException | IOException | RuntimeException unanswered) {
            return unanswered(unanswered);
        }
        return OcspJudge.judge(answer, certificate, issuer, now);
    }

    private Judgement crl(CrlPoint point, X509Certificate certificate, X509Certificate issuer, Instant now) {
        byte[] crl;
        try {
            crl = fetch.get(point.address());
        } catch (IOException | RuntimeException unanswered) {
            return unanswered(unanswered);
        }
        return CrlJudge.judge(crl, point, certificate, issuer, now);
    }

    /** The fetch may be anybody's and the address is a stranger's: a fetch that breaks down is no answer either. */
    private static Judgement unanswered(Exception why) {
        return Judgement.unknown("gave no answer: " + Sentence.reason(why));
    }
}
