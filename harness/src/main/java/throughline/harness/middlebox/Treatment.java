package throughline.harness.middlebox;

/** What a box has done with one connection. */
public enum Treatment {
    /** It is still finding out what the client wants. */
    OPENING,

    /** Both ends are connected, and bytes go through as they are. */
    PASSED,

    /** The client's TLS session ends, or was meant to end, in this box. */
    TERMINATED,

    /** It ended before anything was passed, by the box's decision or because the client said too little. */
    REFUSED
}
