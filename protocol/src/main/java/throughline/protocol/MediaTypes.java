package throughline.protocol;

/** The media types of version 1. An answer with none of them was not written by a replica. */
public final class MediaTypes {
    public static final String ANNOUNCEMENT = "application/vnd.throughline.announcement+json";
    public static final String VIEW = "application/vnd.throughline.view+json";
    public static final String RECEIPT = "application/vnd.throughline.receipt+json";
    public static final String MACHINE = "application/vnd.throughline.machine+json";
    public static final String MACHINES = "application/vnd.throughline.machines+json";
    public static final String SLICE = "application/vnd.throughline.slice";
    public static final String SLICE_RECEIPT = "application/vnd.throughline.slice-receipt+json";
    public static final String COMMIT = "application/vnd.throughline.commit+json";
    public static final String DIGESTS = "application/vnd.throughline.digests";

    /** RFC 9457; a replica's refusal also has a {@code type} from {@link RefusalReason#type()}. */
    public static final String PROBLEM = "application/problem+json";

    private MediaTypes() {}
}
