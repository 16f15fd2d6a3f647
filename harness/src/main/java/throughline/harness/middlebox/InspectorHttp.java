package throughline.harness.middlebox;

/** Which HTTP an inspector speaks, the same on both sides. */
public enum InspectorHttp {
    /** HTTP/1.1 whatever the client offers; messages are read and written anew. */
    HTTP_1_1,

    /** HTTP/2 with a client that offers it, frame by frame as they come, and HTTP/1.1 with others. */
    AS_CLIENT
}
