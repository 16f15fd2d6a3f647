package throughline.harness.middlebox;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import throughline.protocol.Excerpt;

/**
 * The first line of a request (RFC 9112, 3).
 *
 * @param target in any of its four forms
 */
record RequestLine(String method, String target) {
    private static final Pattern FORM =
            Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([\\x21-\\x7e]+) HTTP/(\\d\\.\\d)");

    /** @throws BadRequestException when it is no request line, or of another version than HTTP/1.1 */
    static RequestLine of(HttpHead head) throws BadRequestException {
        Matcher matcher = FORM.matcher(head.startLine());
        if (!matcher.matches()) {
            throw new BadRequestException(
                    400,
                    "\"" + Excerpt.of(head.startLine()) + "\" is no request line; accepted is METHOD TARGET HTTP/1.1");
        }
        if (!matcher.group(3).equals("1.1")) {
            throw new BadRequestException(505, "the request has version " + matcher.group(3) + "; accepted is 1.1");
        }
        return new RequestLine(matcher.group(1), matcher.group(2));
    }
}
