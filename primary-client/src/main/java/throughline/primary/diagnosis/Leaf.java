package throughline.primary.diagnosis;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import throughline.primary.evidence.CertificateFacts;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.ReplicaEvidence.AccountGiven;
import throughline.primary.evidence.ReplicaEvidence.ControlShown;
import throughline.primary.evidence.ReplicaEvidence.ViewReceived;
import throughline.primary.evidence.TlsEvidence.ChainShown;
import throughline.primary.evidence.TlsEvidence.HandshakeFinished;

/**
 * Whose certificate was shown. Compared with every source that knows: an equal tls-exporter, the certificates that the
 * replica says it serves, the pin, a direct control. One source that recognises it as the replica's outweighs those that
 * do not: a pin may be out of date, a control may have met another node.
 */
public record Leaf(Standing standing, List<String> grounds, List<Evidence> because) {

    /** Whose certificate it is. */
    public enum Standing {
        /** One that the replica serves. */
        REPLICAS,
        /** Settled: not one that the replica serves. */
        FOREIGN,
        /** A single source does not recognise it, and may be mistaken: an old pin, another node, a control led astray. */
        DOUBTFUL,
        /** Nobody who could tell was looking, or none was shown. */
        UNKNOWN
    }

    public static Leaf of(ConnectionCase connection) {
        if (connection.chain().isEmpty()) {
            return new Leaf(Standing.UNKNOWN, List.of(), List.of());
        }
        List<Opinion> opinions = Stream.of(
                        exporter(connection),
                        account(connection),
                        view(connection),
                        pin(connection),
                        control(connection))
                .flatMap(Optional::stream)
                .toList();
        Standing standing = standing(connection, opinions);
        List<Opinion> carrying = opinions.stream()
                .filter(opinion -> opinion.word().speaksFor(standing))
                .toList();
        return new Leaf(
                standing,
                carrying.stream().map(Opinion::ground).distinct().toList(),
                carrying.stream()
                        .flatMap(opinion -> opinion.because().stream())
                        .distinct()
                        .toList());
    }

    /** Whether nothing but a direct control recognises it; what inspects one way may inspect the direct way too. */
    public boolean restsOnControlAlone() {
        return because.stream().allMatch(ControlShown.class::isInstance);
    }

    private static Standing standing(ConnectionCase connection, List<Opinion> opinions) {
        List<Word> words = opinions.stream().map(Opinion::word).toList();
        long doubts = words.stream().filter(word -> word == Word.NOT_RECOGNISED).count();
        if (words.contains(Word.RECOGNISED)) {
            return Standing.REPLICAS;
        }
        if (words.contains(Word.DISOWNED)) {
            return Standing.FOREIGN;
        }
        if (words.contains(Word.SAME_DIRECTLY)) {
            return doubts > 0 ? Standing.UNKNOWN : Standing.REPLICAS;
        }
        // Inspectors do not ask for client certificates (54 recordings of real products); a replica does, whose key was
        // renewed, or which is another node than the one that was compared with. So doubts settle nothing then.
        if (doubts == 0 || connection.certificateRequest().isPresent()) {
            return Standing.UNKNOWN;
        }
        return doubts > 1 || connection.neverAsked() ? Standing.FOREIGN : Standing.DOUBTFUL;
    }

    /** What one source says. */
    private enum Word {
        RECOGNISED,
        /** Weaker: the same key is shown on another way, which something may stand on as well. */
        SAME_DIRECTLY,
        /** Weaker: the source may be out of date, or speak of another node. */
        NOT_RECOGNISED,
        /** The replica that saw this very connection does not serve it. */
        DISOWNED;

        boolean speaksFor(Standing standing) {
            return switch (this) {
                case RECOGNISED, SAME_DIRECTLY -> standing == Standing.REPLICAS;
                case NOT_RECOGNISED, DISOWNED -> standing == Standing.FOREIGN || standing == Standing.DOUBTFUL;
            };
        }
    }

    private record Opinion(Word word, String ground, List<Evidence> because) {}

    private static Optional<Opinion> exporter(ConnectionCase connection) {
        Optional<String> ours = connection.last(HandshakeFinished.class).flatMap(HandshakeFinished::channelBinding);
        return connection
                .last(ViewReceived.class)
                .filter(ViewReceived::signerTrusted)
                .filter(received -> ours.isPresent()
                        && received.view()
                                .connection()
                                .session()
                                .flatMap(session -> session.channelBinding())
                                .equals(ours))
                .map(received ->
                        new Opinion(Word.RECOGNISED, "both ends have the same tls-exporter value", List.of(received)));
    }

    /** An empty list says nothing: whoever asks anonymously is not told what is served. */
    private static Optional<Opinion> account(ConnectionCase connection) {
        List<Opinion> opinions = connection
                .all(AccountGiven.class)
                .filter(account -> !account.servedCertificates().isEmpty())
                .map(account -> account(connection, account))
                .toList();
        return Stream.of(Word.RECOGNISED, Word.DISOWNED, Word.NOT_RECOGNISED)
                .flatMap(word -> opinions.stream().filter(opinion -> opinion.word() == word))
                .findFirst();
    }

    private static Opinion account(ConnectionCase connection, AccountGiven account) {
        if (account.servedCertificates().contains(leafOf(connection).sha256())) {
            return served(account);
        }
        // A replica that has not seen our hello may be another node than the one we met.
        boolean thisOne =
                account.seen().isPresent() && connection.hello().isPresent() && connection.isAboutOurHello(account);
        return notServed(thisOne ? Word.DISOWNED : Word.NOT_RECOGNISED, account);
    }

    private static Optional<Opinion> view(ConnectionCase connection) {
        return connection
                .last(ViewReceived.class)
                .filter(ViewReceived::signerTrusted)
                .filter(received -> !received.view().servedCertificates().isEmpty())
                .flatMap(received -> view(leafOf(connection), received));
    }

    private static Optional<Opinion> view(CertificateFacts shown, ViewReceived received) {
        if (received.view().servedCertificates().contains(shown.sha256())) {
            return Optional.of(served(received));
        }
        // Issued by the authority that issued the replica's own: a front of the replica that it was not told of.
        return received.signer().issuer().equals(shown.issuer())
                ? Optional.empty()
                : Optional.of(notServed(Word.DISOWNED, received));
    }

    private static Opinion served(Evidence because) {
        return new Opinion(Word.RECOGNISED, "the replica says it serves this certificate", List.of(because));
    }

    private static Opinion notServed(Word word, Evidence because) {
        return new Opinion(word, "the replica says it does not serve it", List.of(because));
    }

    private static Optional<Opinion> pin(ConnectionCase connection) {
        List<String> pins = connection.setup().pins();
        if (pins.isEmpty()) {
            return Optional.empty();
        }
        List<Evidence> because = connection.chainEvidences();
        if (connection.leafAndIssuers().anyMatch(certificate -> pins.contains(certificate.keySha256()))) {
            return Optional.of(new Opinion(Word.RECOGNISED, "its key is pinned", because));
        }
        // A server need not send its root (RFC 8446 section 4.4.2). Where one of our anchors has signed the chain and
        // was
        // not sent, the pin may be that anchor's.
        boolean anchorUnseen = connection.first(HandshakeFinished.class).isEmpty()
                && connection
                        .first(ChainShown.class)
                        .filter(ChainShown::anchored)
                        .isPresent()
                && connection.linkedChain().stream().noneMatch(CertificateFacts::selfIssued);
        return anchorUnseen
                ? Optional.empty()
                : Optional.of(new Opinion(
                        Word.NOT_RECOGNISED, "neither its key nor its issuer's is the pinned one", because));
    }

    /** Without a proxy to go past, the control takes the same way and meets whatever stands on it. */
    private static Optional<Opinion> control(ConnectionCase connection) {
        return connection
                .last(ControlShown.class)
                .filter(control -> connection.setup().proxy().isPresent())
                .flatMap(control -> control(leafOf(connection), control));
    }

    private static Optional<Opinion> control(CertificateFacts shown, ControlShown control) {
        CertificateFacts direct = control.chain().get(0);
        if (direct.keySha256().equals(shown.keySha256())) {
            return Optional.of(
                    new Opinion(Word.SAME_DIRECTLY, "a direct connection is shown the same key", List.of(control)));
        }
        // Two nodes of one replica have two keys, but one issuer.
        return direct.issuer().equals(shown.issuer())
                ? Optional.empty()
                : Optional.of(new Opinion(
                        Word.NOT_RECOGNISED,
                        "a direct connection is shown another one, issued by " + direct.issuer(),
                        List.of(control)));
    }

    private static CertificateFacts leafOf(ConnectionCase connection) {
        return connection.chain().get(0);
    }
}
