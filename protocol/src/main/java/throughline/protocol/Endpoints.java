package throughline.protocol;

/** Paths of version 1. The version stands in the path: a replica that does not speak it answers 404 and says so. */
public final class Endpoints {
    public static final String VERSION = "/v1";

    /** {@code POST}: an {@link Announcement}, answered with a {@link SignedView}. Opens every connection. */
    public static final String ANNOUNCE = VERSION + "/announce";

    private static final String DISKS = VERSION + "/disks/";
    private static final String CHANGE_SETS = "/change-sets/";

    private Endpoints() {}

    /** {@code PUT}: a {@link DiskDeclaration}, answered with a {@link DiskState}. */
    public static String disk(DiskName disk) {
        return DISKS + disk;
    }

    /** {@code POST}: a change set in the format of {@link ChangeSetWriter}, answered with a {@link Receipt}. */
    public static String changeSet(ChangeSetId id) {
        return disk(id.disk()) + CHANGE_SETS + id.epoch() + "/" + id.sequence();
    }

    /** The disk that a path of {@link #disk} or {@link #changeSet} names. */
    public static Target parse(String path) throws MalformedMessageException {
        if (path.equals(ANNOUNCE)) {
            return new Target.Announce();
        }
        if (!path.startsWith(DISKS)) {
            throw unknown(path);
        }
        String[] parts = path.substring(DISKS.length()).split("/", -1);
        if (parts.length == 1) {
            return new Target.Disk(DiskName.parse(parts[0]));
        }
        if (parts.length == 4 && ("/" + parts[1] + "/").equals(CHANGE_SETS)) {
            return new Target.ChangeSet(
                    new ChangeSetId(DiskName.parse(parts[0]), number("epoch", parts[2]), number("sequence", parts[3])));
        }
        throw unknown(path);
    }

    /** What a request path of version 1 names. */
    public sealed interface Target {
        record Announce() implements Target {}

        record Disk(DiskName disk) implements Target {}

        record ChangeSet(ChangeSetId id) implements Target {}
    }

    private static long number(String name, String text) throws MalformedMessageException {
        if (text.matches("[1-9][0-9]{0,17}")) {
            return Long.parseLong(text);
        }
        throw new MalformedMessageException(
                name + " \"" + Excerpt.of(text) + "\" in the path; a number from 1 to 999999999999999999 is accepted");
    }

    private static MalformedMessageException unknown(String path) {
        return new MalformedMessageException("path \"" + Excerpt.of(path) + "\"; accepted are " + ANNOUNCE + ", "
                + DISKS + "{disk} and " + DISKS + "{disk}" + CHANGE_SETS + "{epoch}/{sequence}");
    }
}
