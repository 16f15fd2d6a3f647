package throughline.replica;

import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import throughline.protocol.Announcement;
import throughline.protocol.Excerpt;
import throughline.protocol.MediaTypes;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;
import throughline.replica.view.ViewSigner;

/** Says what the replica sees of the connection. Whoever has a certificate that is accepted may ask. */
record Announce(ViewSigner signer) implements Operation {
    private static final Logger LOG = LoggerFactory.getLogger(Announce.class);
    private static final Pattern NONCE = Pattern.compile("[0-9A-Fa-f]{32,64}");
    private static final int LONGEST_SOFTWARE = 80;

    @Override
    public ExchangeKind kind() {
        return ExchangeKind.ANNOUNCE;
    }

    @Override
    public Optional<String> mediaType() {
        return Optional.of(MediaTypes.ANNOUNCEMENT);
    }

    @Override
    public Answer answer(Exchange exchange) throws IOException {
        Announcement announcement = exchange.body().message(Announcement.class);
        check(announcement);
        LOG.debug("announced by {}", Excerpt.of(announcement.software()));
        return Answer.ok(MediaTypes.VIEW, signer.answer(announcement, exchange.attempt(), exchange.connection()));
    }

    private static void check(Announcement announcement) throws RefusedException {
        if (!NONCE.matcher(announcement.nonce()).matches()) {
            throw new RefusedException(
                    RefusalReason.MALFORMED,
                    "the nonce is \"" + Excerpt.of(announcement.nonce())
                            + "\"; accepted are 32 to 64 hexadecimal digits");
        }
        if (announcement.software().length() > LONGEST_SOFTWARE) {
            throw new RefusedException(
                    RefusalReason.MALFORMED,
                    "software has " + announcement.software().length() + " characters; accepted are up to "
                            + LONGEST_SOFTWARE);
        }
    }
}
