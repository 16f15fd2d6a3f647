package throughline.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointsTest {
    @Test
    void pathsNameWhatTheyWereMadeFrom() throws Exception {
        DiskName disk = new DiskName("db.vhdx");
        ChangeSetId id = new ChangeSetId(disk, 3, 12);

        assertThat(Endpoints.changeSet(id)).isEqualTo("/v1/disks/db.vhdx/change-sets/3/12");
        assertThat(Endpoints.parse(Endpoints.changeSet(id))).isEqualTo(new Endpoints.Target.ChangeSet(id));
        assertThat(Endpoints.parse(Endpoints.disk(disk))).isEqualTo(new Endpoints.Target.Disk(disk));
        assertThat(Endpoints.parse(Endpoints.ANNOUNCE)).isEqualTo(new Endpoints.Target.Announce());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/v2/announce",
                "/v1/announce/",
                "/v1/disks/",
                "/v1/disks/..",
                "/v1/disks/.hidden",
                "/v1/disks/a%2Fb",
                "/v1/disks/a/change-sets/1",
                "/v1/disks/a/change-sets/0/1",
                "/v1/disks/a/change-sets/1/-1",
                "/v1/disks/a/change-sets/1/9999999999999999999",
                "/v1/disks/a/merge/1/1"
            })
    void otherPathsAreRefusedWithTheOnesThatAreAccepted(String path) {
        assertThatThrownBy(() -> Endpoints.parse(path))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("accepted");
    }
}
