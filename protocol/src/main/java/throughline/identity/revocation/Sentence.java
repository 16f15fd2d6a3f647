package throughline.identity.revocation;

import java.security.cert.CRLReason;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Words that come from elsewhere and go into a sentence: in one line, printable, of limited length. */
final class Sentence {
    private static final int LONGEST = 200;

    private Sentence() {}

    static String printable(String words) {
        String line = words.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]+", "?");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }

    /** What an exception says, without a full stop; its kind if it says nothing. */
    static String reason(Exception trouble) {
        String message = trouble.getMessage();
        String words = message == null || message.isBlank() ? trouble.getClass().getSimpleName() : message;
        return printable(words.strip().replaceAll("\\.$", ""));
    }

    static String revoked(Instant since, CRLReason reason) {
        String why = reason == CRLReason.UNSPECIFIED
                ? ""
                : " (" + reason.name().toLowerCase(Locale.ROOT).replace('_', ' ') + ")";
        return "revoked since " + since.truncatedTo(ChronoUnit.SECONDS) + why;
    }

    static String of(String clause) {
        return Character.toUpperCase(clause.charAt(0)) + clause.substring(1) + ".";
    }
}
