package throughline.harness.conformance;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import throughline.protocol.MediaTypes;
import throughline.protocol.RefusalReason;
import throughline.protocol.replication.BlockDigests;
import throughline.protocol.replication.DigestKey;
import throughline.protocol.replication.SliceChain;

/** The promises of {@code docs/wire.md} about one machine, in an order in which each can be seen. */
public final class WireScript {
    /** The worked example of the document. */
    private static final byte[] FIRST = hex("544c534c00000001"
            + "010000000000000000100000000009e3069283313233343536373839"
            + "0200010000000000010000" + "0000000000100000"
            + "000000000000000002b5bbb9e8e28f104ad6f098e281d3718e085441d22a4e56d134d12bd997cf436e");

    private static final String NONCE = "6f1d2ab7c3e84f0f9a53b1de77c0485e";
    private static final DigestKey KEY = DigestKey.random();
    private static final long FIRST_SIZE = 2 * BlockDigests.BLOCK + 5;
    private static final long SECOND_SIZE = 2 << 20;

    private final String machine;
    private final List<Step> steps = new ArrayList<>();

    private WireScript(String machine) {
        this.machine = machine;
    }

    /**
     * All of them.
     *
     * @param machine a name that the replica does not know; after the script it has the machine, with two small disks
     */
    public static List<Step> of(String machine) {
        WireScript script = new WireScript(machine);
        script.announcement();
        script.declaration();
        script.slices();
        script.badSlices();
        script.commit();
        script.order();
        script.payloads();
        script.epochs();
        script.paths();
        return List.copyOf(script.steps);
    }

    private void announcement() {
        String body = "{\"nonce\":\"" + NONCE + "\",\"software\":\"conformance\"}";
        add(Step.post(
                "an announcement is answered with the signed view",
                "/v1/announce",
                MediaTypes.ANNOUNCEMENT,
                body.getBytes(UTF_8),
                new Promise.View(NONCE)));
    }

    private void declaration() {
        add(Step.get("a machine that nobody declared is unknown", path(), refusal(RefusalReason.UNKNOWN_MACHINE)));
        Promise created = state(1, 1, 0, SliceChain.EMPTY, Promise.Message.ABSENT);
        add(declare("a declared machine starts with change set 1", 1, SECOND_SIZE, created));
        add(declare("a repeated declaration changes nothing", 1, SECOND_SIZE, created));
        add(Step.get("the state is what the declaration told", path(), created));
        add(declare("a machine does not change its disks", 1, SECOND_SIZE + 1, refusal(RefusalReason.DISK_MISMATCH)));
        add(Step.get("the machine is listed", "/v1/machines", new Promise.MachineAmong(machine)));
        add(digests("a new disk is all zeros", "committed", digest(new byte[0])));
    }

    private void slices() {
        byte[] second = slice(0, 4096, "987654321");
        add(slice("slices come in any order", 1, 1, 1, second, received(1, 1, 1, second, 1, 9)));
        add(Step.get(
                "a slice behind a gap is not counted",
                path(),
                state(1, 1, 0, SliceChain.EMPTY, Promise.Message.ABSENT)));
        Promise receipt = received(1, 1, 0, FIRST, 2, 9 + (1 << 20));
        add(slice("a slice gets a receipt with its digest and counts", 1, 1, 0, FIRST, receipt));
        add(slice("the same slice again gets its old receipt", 1, 1, 0, FIRST, receipt));
        add(slice(
                "another slice with the same number is a conflict",
                1,
                1,
                0,
                second,
                refusal(RefusalReason.SEQUENCE_CONFLICT)));
        add(Step.get(
                "pending slices are counted", path(), state(1, 1, 2, chain(FIRST, second), Promise.Message.ABSENT)));
        add(digests("pending slices do not show", "committed", digest(new byte[0])));
        add(digests("pending content has the higher slice on top", "pending", digest(written("987654321"))));
    }

    private void badSlices() {
        byte[] wrongData = FIRST.clone();
        wrongData[8 + 19] ^= 1;
        byte[] wrongEnd = FIRST.clone();
        wrongEnd[FIRST.length - 1] ^= 1;
        byte[] wrongMagic = FIRST.clone();
        wrongMagic[7] = 2;
        bad("a frame's wrong checksum is found", wrongData, RefusalReason.CHECKSUM_MISMATCH);
        bad("a slice's wrong digest is found", wrongEnd, RefusalReason.CHECKSUM_MISMATCH);
        bad("another version of the format is refused", wrongMagic, RefusalReason.MALFORMED);
        bad("a slice without its end is refused", Arrays.copyOf(FIRST, FIRST.length - 33), RefusalReason.TRUNCATED);
        bad("what lies outside the disk is refused", slice(0, FIRST_SIZE - 1, "ab"), RefusalReason.OUTSIDE_DISK);
        bad("a disk that was not declared is refused", slice(2, 0, "ab"), RefusalReason.UNKNOWN_DISK);
        add(Step.get(
                "what was refused leaves nothing",
                path(),
                state(1, 1, 2, chain(FIRST, slice(0, 4096, "987654321")), Promise.Message.ABSENT)));
    }

    private void commit() {
        String right = chain(FIRST, slice(0, 4096, "987654321"));
        add(commit(
                "a commit of other slices is refused", 1, 1, 2, chain(FIRST), refusal(RefusalReason.SLICES_MISSING)));
        add(commit(
                "a commit of more slices than there are is refused",
                1,
                1,
                3,
                right,
                refusal(RefusalReason.SLICES_MISSING)));
        Promise receipt = new Promise.Message(
                MediaTypes.RECEIPT,
                Map.of(
                        "machine",
                        machine,
                        "epoch",
                        1,
                        "sequence",
                        1,
                        "digest",
                        right,
                        "slices",
                        2,
                        "blocks",
                        3,
                        "bytes",
                        18 + (1 << 20)));
        add(commit("a commit gets a receipt", 1, 1, 2, right, receipt));
        add(commit("the same commit again gets its old receipt", 1, 1, 2, right, receipt));
        add(commit(
                "another commit with the same number is a conflict",
                1,
                1,
                1,
                chain(FIRST),
                refusal(RefusalReason.SEQUENCE_CONFLICT)));
        add(digests("what was committed shows", "committed", digest(written("987654321"))));
        add(Step.get("the state tells the last receipt", path(), state(1, 2, 0, SliceChain.EMPTY, right)));
    }

    private void order() {
        byte[] some = slice(0, 0, "x");
        add(slice(
                "a slice of a change set that was applied is a conflict",
                1,
                1,
                0,
                some,
                refusal(RefusalReason.SEQUENCE_CONFLICT)));
        add(slice("a slice of a later change set is out of order", 1, 3, 0, some, refusal(RefusalReason.OUT_OF_ORDER)));
        add(commit(
                "a commit of a later change set is out of order",
                1,
                3,
                0,
                SliceChain.EMPTY,
                refusal(RefusalReason.OUT_OF_ORDER)));
        add(slice(
                "a slice of an epoch that nobody declared is out of order",
                2,
                1,
                0,
                some,
                refusal(RefusalReason.OUT_OF_ORDER)));
        add(commit(
                "a change set without slices is valid",
                1,
                2,
                0,
                SliceChain.EMPTY,
                new Promise.Message(MediaTypes.RECEIPT, Map.of("sequence", 2, "slices", 0, "bytes", 0))));
    }

    private void payloads() {
        byte[] chunked = slice(0, 0, "chunked");
        byte[] larger = slice(1, 0, "larger");
        add(slice("a slice is taken without a length", 1, 3, 0, chunked, received(1, 3, 0, chunked, 1, 7))
                .sent(Sending.NO_LENGTH));
        add(slice(
                        "with a larger length the answer comes at the end frame",
                        1,
                        3,
                        1,
                        larger,
                        received(1, 3, 1, larger, 1, 6))
                .sent(Sending.LARGER_LENGTH));
    }

    private void epochs() {
        byte[] chunked = slice(0, 0, "chunked");
        byte[] larger = slice(1, 0, "larger");
        byte[] behind = slice(0, 0, "behind a gap");
        add(slice("a slice may leave a gap", 1, 3, 3, behind, received(1, 3, 3, behind, 1, 12)));
        add(declare(
                "a higher epoch takes the pending slices over",
                2,
                SECOND_SIZE,
                state(2, 1, 2, chain(chunked, larger), SliceChain.EMPTY)));
        add(slice("an older epoch's slice is fenced off", 1, 3, 2, behind, refusal(RefusalReason.FENCED)));
        add(commit(
                "an older epoch's commit is fenced off",
                1,
                3,
                2,
                chain(chunked, larger),
                refusal(RefusalReason.FENCED)));
        add(declare("an older epoch's declaration is fenced off", 1, SECOND_SIZE, refusal(RefusalReason.FENCED)));
        add(commit(
                "the new epoch commits what it took over",
                2,
                1,
                2,
                chain(chunked, larger),
                new Promise.Message(MediaTypes.RECEIPT, Map.of("epoch", 2, "sequence", 1, "slices", 2, "bytes", 13))));
    }

    private void paths() {
        add(Step.get("another version is an unknown path", "/v2/machines", refusal(RefusalReason.UNKNOWN_PATH)));
        add(Step.get(
                "a number is without leading zeros",
                path() + "/disks/a/digests/committed/" + KEY + "/00/1",
                refusal(RefusalReason.UNKNOWN_PATH)));
        add(Step.get(
                "blocks beyond the disk have no digest",
                path() + "/disks/a/digests/committed/" + KEY + "/3/1",
                refusal(RefusalReason.OUTSIDE_DISK)));
        add(Step.get(
                "a disk that was not declared has no digest",
                path() + "/disks/z/digests/committed/" + KEY + "/0/1",
                refusal(RefusalReason.UNKNOWN_DISK)));
        add(Step.get("another method is malformed", path() + "/change-sets/2/2", refusal(RefusalReason.MALFORMED)));
        add(Step.put(
                "another media type is malformed",
                path(),
                MediaTypes.COMMIT,
                new byte[0],
                refusal(RefusalReason.MALFORMED)));
        add(Step.put(
                "another JSON is malformed",
                path(),
                MediaTypes.MACHINE,
                "{}".getBytes(UTF_8),
                refusal(RefusalReason.MALFORMED)));
    }

    private void add(Step step) {
        steps.add(step);
    }

    private void bad(String name, byte[] slice, RefusalReason reason) {
        add(slice(name, 1, 1, 2, slice, refusal(reason)));
    }

    private String path() {
        return "/v1/machines/" + machine;
    }

    private Step declare(String name, long epoch, long secondSize, Promise promise) {
        String body = "{\"epoch\":" + epoch + ",\"disks\":[{\"disk\":\"a\",\"size\":" + FIRST_SIZE
                + "},{\"disk\":\"b\",\"size\":" + secondSize + "}]}";
        return Step.put(name, path(), MediaTypes.MACHINE, body.getBytes(UTF_8), promise);
    }

    private Step slice(String name, long epoch, long sequence, long number, byte[] slice, Promise promise) {
        return Step.post(
                name,
                path() + "/change-sets/" + epoch + "/" + sequence + "/slices/" + number,
                MediaTypes.SLICE,
                slice,
                promise);
    }

    private Step commit(String name, long epoch, long sequence, long slices, String chain, Promise promise) {
        String body = "{\"slices\":" + slices + ",\"digest\":\"" + chain + "\"}";
        return Step.post(
                name,
                path() + "/change-sets/" + epoch + "/" + sequence,
                MediaTypes.COMMIT,
                body.getBytes(UTF_8),
                promise);
    }

    /** Of the first disk, which has three blocks; the last has five bytes. */
    private Step digests(String name, String content, String firstBlock) {
        String others = digest(new byte[0]) + digest(new byte[5], 5);
        return Step.get(
                name,
                path() + "/disks/a/digests/" + content + "/" + KEY + "/0/10",
                new Promise.Bytes(MediaTypes.DIGESTS, firstBlock + others));
    }

    private Promise received(long epoch, long sequence, long number, byte[] slice, long blocks, long bytes) {
        return new Promise.Message(
                MediaTypes.SLICE_RECEIPT,
                Map.of(
                        "machine",
                        machine,
                        "epoch",
                        epoch,
                        "sequence",
                        sequence,
                        "slice",
                        number,
                        "digest",
                        SliceBytes.digest(slice),
                        "blocks",
                        blocks,
                        "bytes",
                        bytes));
    }

    private Promise state(long epoch, long next, long pending, String chain, String last) {
        return new Promise.Message(
                MediaTypes.MACHINE,
                Map.of(
                        "machine",
                        machine,
                        "epoch",
                        epoch,
                        "nextSequence",
                        next,
                        "pending.slices",
                        pending,
                        "pending.digest",
                        chain,
                        "last.digest",
                        last));
    }

    private static Promise refusal(RefusalReason reason) {
        return new Promise.Refusal(reason);
    }

    private static byte[] slice(int disk, long offset, String data) {
        return SliceBytes.of(disk, offset, data.getBytes(US_ASCII));
    }

    private static String chain(byte[]... slices) {
        String chain = SliceChain.EMPTY;
        for (byte[] slice : slices) {
            chain = SliceChain.next(chain, SliceBytes.digest(slice));
        }
        return chain;
    }

    /** The start of a block with this text at 4096. */
    private static byte[] written(String text) {
        byte[] block = new byte[4096 + text.length()];
        System.arraycopy(text.getBytes(US_ASCII), 0, block, 4096, text.length());
        return block;
    }

    private static String digest(byte[] startOfBlock) {
        return digest(Arrays.copyOf(startOfBlock, BlockDigests.BLOCK), BlockDigests.BLOCK);
    }

    private static String digest(byte[] block, int length) {
        byte[] digest = new byte[BlockDigests.LENGTH];
        new BlockDigests(KEY).digest(block, 0, length, digest, 0);
        return HexFormat.of().formatHex(digest);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
