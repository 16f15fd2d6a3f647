package throughline.protocol.replication;

import java.util.List;
import throughline.protocol.DiskName;
import throughline.protocol.Endpoints;
import throughline.protocol.Excerpt;
import throughline.protocol.MalformedMessageException;

/** The paths of version 1 about machines, and what each of them names. */
public final class ReplicationPaths {
    /** {@code GET}: answered with a {@link MachineList}. */
    public static final String MACHINES = Endpoints.VERSION + "/machines";

    /** The most blocks one request for digests may name. */
    public static final int MOST_DIGESTS = 65_536;

    private ReplicationPaths() {}

    /** {@code PUT} with a {@link MachineDeclaration}, or {@code GET}: answered with a {@link MachineState}. */
    public static String machine(MachineName machine) {
        return MACHINES + "/" + machine;
    }

    /** {@code POST} with a {@link Commit}: answered with a {@link Receipt}. */
    public static String changeSet(ChangeSetId id) {
        return machine(id.machine()) + "/change-sets/" + id.epoch() + "/" + id.sequence();
    }

    /** {@code POST} with a slice as {@link SliceWriter} writes it: answered with a {@link SliceReceipt}. */
    public static String slice(SliceId id) {
        return changeSet(id.changeSet()) + "/slices/" + id.number();
    }

    /** {@code GET}: answered with {@link BlockDigests}. */
    public static String digests(Target.Digests digests) {
        return machine(digests.machine()) + "/disks/" + digests.disk() + "/digests/"
                + digests.content().segment() + "/" + digests.key() + "/" + digests.first() + "/" + digests.count();
    }

    /** Which content of a disk. */
    public enum Content {
        /** What was committed. */
        COMMITTED("committed"),

        /** That, and over it the slices that are pending. */
        PENDING("pending");

        private final String segment;

        Content(String segment) {
            this.segment = segment;
        }

        /** As it stands in the path. */
        public String segment() {
            return segment;
        }
    }

    /** What a request path names. */
    public sealed interface Target {
        record Machines() implements Target {}

        record Machine(MachineName machine) implements Target {}

        record ChangeSet(ChangeSetId id) implements Target {}

        record Slice(SliceId id) implements Target {}

        /**
         * Digests of blocks of {@link BlockDigests#BLOCK} bytes.
         *
         * @param key under which they are digested
         * @param first the number of the first block, from 0
         * @param count of blocks, 1 to {@link #MOST_DIGESTS}
         */
        record Digests(MachineName machine, DiskName disk, Content content, DigestKey key, long first, int count)
                implements Target {}
    }

    public static Target parse(String path) throws MalformedMessageException {
        if (path.equals(MACHINES)) {
            return new Target.Machines();
        }
        if (!path.startsWith(MACHINES + "/")) {
            throw unknown(path);
        }
        List<String> parts = List.of(path.substring(MACHINES.length() + 1).split("/", -1));
        MachineName machine = MachineName.parse(parts.get(0));
        if (parts.size() == 1) {
            return new Target.Machine(machine);
        }
        if (parts.get(1).equals("change-sets") && (parts.size() == 4 || parts.size() == 6)) {
            return changeSet(path, parts, machine);
        }
        if (parts.get(1).equals("disks") && parts.size() == 8 && parts.get(3).equals("digests")) {
            return digests(path, parts, machine);
        }
        throw unknown(path);
    }

    private static Target changeSet(String path, List<String> parts, MachineName machine)
            throws MalformedMessageException {
        ChangeSetId id =
                new ChangeSetId(machine, number("epoch", parts.get(2), 1), number("sequence", parts.get(3), 1));
        if (parts.size() == 4) {
            return new Target.ChangeSet(id);
        }
        if (!parts.get(4).equals("slices")) {
            throw unknown(path);
        }
        return new Target.Slice(new SliceId(id, number("slice", parts.get(5), 0)));
    }

    private static Target digests(String path, List<String> parts, MachineName machine)
            throws MalformedMessageException {
        for (Content content : Content.values()) {
            if (content.segment().equals(parts.get(4))) {
                DigestKey key = DigestKey.parse(parts.get(5));
                long count = number("number of blocks", parts.get(7), 1);
                if (count > MOST_DIGESTS) {
                    throw new MalformedMessageException(
                            count + " blocks in the path; accepted are 1 to " + MOST_DIGESTS);
                }
                long first = number("first block", parts.get(6), 0);
                return new Target.Digests(machine, DiskName.parse(parts.get(2)), content, key, first, (int) count);
            }
        }
        throw unknown(path);
    }

    private static long number(String name, String text, long lowest) throws MalformedMessageException {
        if (text.matches("0|[1-9][0-9]{0,17}") && Long.parseLong(text) >= lowest) {
            return Long.parseLong(text);
        }
        throw new MalformedMessageException(name + " \"" + Excerpt.of(text)
                + "\" in the path; accepted is a number from " + lowest + " to 999999999999999999");
    }

    private static MalformedMessageException unknown(String path) {
        return new MalformedMessageException("path \"" + Excerpt.of(path) + "\"; accepted are " + Endpoints.ANNOUNCE
                + ", " + MACHINES + " and what " + MACHINES + "/{machine} has below it");
    }
}
