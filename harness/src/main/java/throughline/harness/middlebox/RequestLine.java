package throughline.harness.middlebox;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first line of a request (RFC 9112, 3).
 *
 * @param target in any of its four forms
 */
record RequestLine(String method, String target) {
    private static final Pattern FORM =
            Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([\\x21-\\x7e]+) HTTP/(\\d\\.\\d)");

    /** What {@code Allow} says inside a session (RFC 9110, 9.3): replicas may know more. */
    static final String METHODS_IN_A_SESSION = "GET, HEAD, POST, PUT, DELETE, OPTIONS, TRACE";

    /**
     * The first line of a request that is to be passed on to a replica.
     *
     * @throws BadRequestException as {@link #of}, 400 unless there is one Host field, 405 for CONNECT
     */
    static RequestLine inASession(HttpHead head) throws BadRequestException {
        RequestLine line = of(head);
        long hosts = head.values("Host").count();
        if (hosts != 1) {
            throw new BadRequestException(400, hosts + " Host fields; accepted is one (RFC 9112, 3.2)");
        }
        if (line.method().equals("CONNECT")) {
            throw new BadRequestException(
                    405, "the method CONNECT stands inside a session; accepted is " + METHODS_IN_A_SESSION);
        }
        return line;
    }

    /** @throws BadRequestException when it is no request line, or of another version than HTTP/1.1 */
    static RequestLine of(HttpHead head) throws BadRequestException {
        Matcher matcher = FORM.matcher(head.startLine());
        if (!matcher.matches()) {
            throw new BadRequestException(
                    400, QuotedLine.of(head.startLine()) + " is no request line; accepted is METHOD TARGET HTTP/1.1");
        }
        if (!matcher.group(3).equals("1.1")) {
            throw new BadRequestException(505, "the request has version " + matcher.group(3) + "; accepted is 1.1");
        }
        return new RequestLine(matcher.group(1), matcher.group(2));
    }
}
