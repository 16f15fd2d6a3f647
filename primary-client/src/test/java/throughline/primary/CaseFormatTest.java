package throughline.primary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.ReplicaEvidence.AccountGiven;
import throughline.primary.evidence.ReplicaEvidence.OtherConnectionSeen;
import throughline.primary.evidence.Witness;
import throughline.protocol.ConnectionView;
import throughline.protocol.MalformedMessageException;
import throughline.replica.Replica;

/** Every case of the other tests here is read back, too: {@link Lab} sees to that. */
class CaseFormatTest {
    private static final Lab LAB = new Lab();

    private static CaseFile caseWithTheReplicasAccount(Path store) throws IOException {
        try (Replica replica = LAB.startReplica(store)) {
            CaseFile file = Lab.works(LAB.settings(replica.port())).caseFile();
            ConnectionView seen = replica.connections().get(0);
            String random = seen.hello().orElseThrow().random();
            return file.with(
                    Set.of(Witness.REPLICA),
                    List.of(
                            new AccountGiven(
                                    1,
                                    Duration.ofNanos(1),
                                    random,
                                    replica.bootId(),
                                    Instant.EPOCH,
                                    replica.servedCertificates(),
                                    Optional.of(seen)),
                            new AccountGiven(
                                    0, Duration.ZERO, random, "boot", Instant.MAX, List.of(), Optional.empty()),
                            new OtherConnectionSeen(0, Duration.ofDays(-1), seen)));
        }
    }

    @Test
    void aCaseIsReadBackEqual(@TempDir Path store) throws Exception {
        CaseFile file = caseWithTheReplicasAccount(store);

        assertThat(CaseFormat.read(CaseFormat.write(file).getBytes(UTF_8))).isEqualTo(file);
    }

    /** A later version may have more to say. */
    @Test
    void whatIsNotKnownIsPassedOver(@TempDir Path store) throws Exception {
        CaseFile file = caseWithTheReplicasAccount(store);
        String more = CaseFormat.write(file).replaceFirst("\\{", "{\"weather\":{\"sun\":[1,2]},");

        assertThat(CaseFormat.read(more.getBytes(UTF_8))).isEqualTo(file);
    }

    @Test
    void aCaseOfALaterSchemaIsRefused(@TempDir Path store) throws Exception {
        String later =
                CaseFormat.write(caseWithTheReplicasAccount(store)).replaceFirst("\"schema\" : 1", "\"schema\" : 2");

        assertThatThrownBy(() -> CaseFormat.read(later.getBytes(UTF_8)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("schema 2")
                .hasMessageContaining("accepted is 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no JSON", "null", "{}", "[]", "{\"schema\":1}", "{\"schema\":1} and more"})
    void whatIsNoCaseIsRefusedInOneSentence(String text) {
        assertThatThrownBy(() -> CaseFormat.read(text.getBytes(UTF_8)))
                .isInstanceOf(MalformedMessageException.class)
                .satisfies(thrown ->
                        assertThat(thrown.getMessage()).hasLineCount(1).contains("CaseFile"));
    }
}
