package throughline.identity.revocation;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import throughline.identity.revocation.RevocationStatus.Source;
import throughline.identity.revocation.RevocationStatus.State;

/** What was asked about one certificate, in turn. One thread's. */
final class Inquiry {
    private final X509Certificate certificate;
    private final List<Asked> asked = new ArrayList<>();

    Inquiry(X509Certificate certificate) {
        this.certificate = certificate;
    }

    private record Asked(Source source, Optional<URI> address, Judgement judgement) {
        String clause() {
            String subject =
                    switch (source) {
                        case NONE -> throw new IllegalStateException("nobody was asked");
                        case STAPLED -> "the stapled OCSP answer";
                        case OCSP -> "the OCSP responder";
                        case CRL -> "the CRL";
                    };
            String place = address.map(at -> " at " + Sentence.printable(at.toString()))
                    .orElse("");
            return subject + place + " " + judgement.predicate();
        }
    }

    void heard(Source source, Optional<URI> address, Judgement judgement) {
        asked.add(new Asked(source, address, judgement));
    }

    boolean settled() {
        return last().filter(asked -> asked.judgement().settled()).isPresent();
    }

    Optional<Instant> inForceUntil() {
        return last().flatMap(asked -> asked.judgement().inForceUntil());
    }

    /** @param unusable clauses about places that were not asked */
    RevocationStatus status(List<String> unusable) {
        Optional<Asked> last = last();
        return new RevocationStatus(
                certificate,
                last.map(asked -> asked.judgement().state()).orElse(State.UNKNOWN),
                last.map(Asked::source).orElse(Source.NONE),
                last.flatMap(Asked::address),
                last.flatMap(asked -> asked.judgement().revokedAt()),
                Sentence.of(settled() ? last.orElseThrow().clause() : open(unusable)));
    }

    private String open(List<String> unusable) {
        if (asked.isEmpty() && unusable.isEmpty()) {
            return "nobody can say whether it is revoked: it names neither an OCSP responder nor a CRL";
        }
        return Stream.concat(
                        asked.stream().map(Asked::clause), unusable.stream().limit(RevocationSources.MOST))
                .collect(Collectors.joining("; ", "nobody could say whether it is revoked: ", ""));
    }

    private Optional<Asked> last() {
        return asked.isEmpty() ? Optional.empty() : Optional.of(asked.get(asked.size() - 1));
    }
}
