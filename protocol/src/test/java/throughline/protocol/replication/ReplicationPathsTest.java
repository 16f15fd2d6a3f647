package throughline.protocol.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.protocol.DiskName;
import throughline.protocol.MalformedMessageException;
import throughline.protocol.replication.ReplicationPaths.Content;
import throughline.protocol.replication.ReplicationPaths.Target;

class ReplicationPathsTest {
    private static final MachineName MACHINE = new MachineName("vm-1.example");
    private static final ChangeSetId CHANGE_SET = new ChangeSetId(MACHINE, 2, 999_999_999_999_999_999L);
    private static final SliceId SLICE = new SliceId(CHANGE_SET, 0);
    private static final String KEY = "00112233445566778899aabbccddeeff";
    private static final Target.Digests DIGESTS =
            new Target.Digests(MACHINE, new DiskName("c"), Content.PENDING, new DigestKey(KEY), 0, 65_536);

    static List<Arguments> paths() {
        return List.of(
                Arguments.of("/v1/machines", ReplicationPaths.MACHINES, new Target.Machines()),
                Arguments.of(
                        "/v1/machines/vm-1.example", ReplicationPaths.machine(MACHINE), new Target.Machine(MACHINE)),
                Arguments.of(
                        "/v1/machines/vm-1.example/change-sets/2/999999999999999999",
                        ReplicationPaths.changeSet(CHANGE_SET),
                        new Target.ChangeSet(CHANGE_SET)),
                Arguments.of(
                        "/v1/machines/vm-1.example/change-sets/2/999999999999999999/slices/0",
                        ReplicationPaths.slice(SLICE),
                        new Target.Slice(SLICE)),
                Arguments.of(
                        "/v1/machines/vm-1.example/disks/c/digests/pending/" + KEY + "/0/65536",
                        ReplicationPaths.digests(DIGESTS),
                        DIGESTS));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("paths")
    void aPathIsWrittenAndRead(String path, String written, Target target) throws MalformedMessageException {
        assertThat(written).isEqualTo(path);
        assertThat(ReplicationPaths.parse(path)).isEqualTo(target);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/machine",
                "/v1/machines/",
                "/v1/machines/..",
                "/v1/machines/.a",
                "/v1/machines/a%2f",
                "/v1/machines/a\0",
                "/v1/machines//etc",
                "/v1/machines/a/",
                "/v1/machines/a/change-sets/1",
                "/v1/machines/a/change-sets/0/1",
                "/v1/machines/a/change-sets/1/0",
                "/v1/machines/a/change-sets/01/1",
                "/v1/machines/a/change-sets/-1/1",
                "/v1/machines/a/change-sets/1/1000000000000000000",
                "/v1/machines/a/change-sets/1/1/slice/0",
                "/v1/machines/a/change-sets/1/1/slices/-0",
                "/v1/machines/a/change-sets/1/1/slices/0/",
                "/v1/machines/a/disks/../digests/pending/" + KEY + "/0/1",
                "/v1/machines/a/disks/c/digests/all/" + KEY + "/0/1",
                "/v1/machines/a/disks/c/digests/pending/" + KEY + "/0/0",
                "/v1/machines/a/disks/c/digests/pending/" + KEY + "/0/65537",
                "/v1/machines/a/disks/c/digests/pending/" + KEY + "/0",
                "/v1/machines/a/disks/c/digests/pending/0/1",
                "/v1/machines/a/disks/c/digests/pending/" + KEY + "0/0/1"
            })
    void whatIsNoPathIsRefusedInOneSentence(String path) {
        assertThatThrownBy(() -> ReplicationPaths.parse(path))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("accepted")
                .message()
                .doesNotContain("\0", "\n");
    }
}
