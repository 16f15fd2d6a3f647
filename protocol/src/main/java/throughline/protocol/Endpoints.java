package throughline.protocol;

/** Paths of version 1. The version stands in the path: a replica that does not speak it answers 404 and says so. */
public final class Endpoints {
    public static final String VERSION = "/v1";

    /** {@code POST}: an {@link Announcement}, answered with a {@link SignedView}. Opens every connection. */
    public static final String ANNOUNCE = VERSION + "/announce";

    private Endpoints() {}
}
