package throughline.harness.middlebox;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first line of an answer (RFC 9112, 4).
 *
 * @param version 1.0 or 1.1
 * @param reason may be empty
 */
record StatusLine(String version, int status, String reason) {
    // A space has to stand before an empty reason, too; many servers leave it out.
    private static final Pattern FORM = Pattern.compile("HTTP/(1\\.[01]) ([1-5]\\d\\d)(?: (.*))?");

    /** @throws BadRequestException when it is no status line of HTTP/1.0 or 1.1 */
    static StatusLine of(HttpHead head) throws BadRequestException {
        Matcher matcher = FORM.matcher(head.startLine());
        if (!matcher.matches()) {
            throw new BadRequestException(
                    502, QuotedLine.of(head.startLine()) + " is no status line; accepted is HTTP/1.1 STATUS REASON");
        }
        String reason = matcher.group(3);
        return new StatusLine(matcher.group(1), Integer.parseInt(matcher.group(2)), reason == null ? "" : reason);
    }

    /** 1xx: another answer to the same request follows (RFC 9110, 15.2). */
    boolean interim() {
        return status < 200;
    }
}
