package throughline.harness.conformance;

/** How the body of a request is sent. */
public enum Sending {
    /** With its length. */
    LENGTH,
    /** Without one: chunked in HTTP/1.1. */
    NO_LENGTH,
    /** With a length of 500 GB of which no more is sent than there is; always over HTTP/1.1. */
    LARGER_LENGTH
}
