package throughline.harness.middlebox;

/** How clients come to an {@link Inspector}. */
public enum InspectorMode {
    /** They ask it with CONNECT, as proxy settings tell them to. */
    EXPLICIT,

    /** They do not know of it; their resolver or their route leads here, and the server name in the hello says where to. */
    TRANSPARENT
}
