package throughline.harness.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.harness.middlebox.MiddleboxKind.Asked;

/** Without a box the recorder sees what curl and openssl saw in the first trials. */
@Timeout(60)
class FaceRecorderTest {
    private static final FaceLaboratory LABORATORY = new FaceLaboratory(InstantSource.system());

    static Stream<Arguments> trials() {
        return Stream.of(ReplicaManner.ABORTS, ReplicaManner.ANSWERS)
                .flatMap(manner -> Stream.of("TLSv1.2", "TLSv1.3")
                        .flatMap(tls -> Stream.of(
                                        Fault.NONE,
                                        Fault.CLIENT_WITHOUT_CERTIFICATE,
                                        Fault.CLIENT_CERTIFICATE_EXPIRED,
                                        Fault.CLIENT_CERTIFICATE_UNKNOWN)
                                .map(fault -> Arguments.of(manner, tls, fault))));
    }

    @ParameterizedTest
    @MethodSource("trials")
    void seesWhatTheTrialsSaw(ReplicaManner manner, String tls, Fault fault) throws Exception {
        boolean sameAlert = manner != ReplicaManner.ABORTS || fault != Fault.CLIENT_WITHOUT_CERTIFICATE;
        assumeThat(sameAlert || Runtime.version().feature() == 17)
                .as("the trials' replica was Java 17, whose alert later versions do not send")
                .isTrue();
        Face seen;
        try (WitnessReplica replica = WitnessReplica.open(LABORATORY, manner, tls)) {
            seen = new FaceRecorder(LABORATORY, Duration.ofSeconds(10))
                    .record(Asked.NOTHING, replica.address(), replica, fault);
        }
        Face trial = RecordedFaces.read()
                .of(new FaceCase("none", "direct", manner, tls, fault, "").situation())
                .orElseThrow();

        assertThat(seen.differencesFrom(trial)).isEqualTo(List.of());
        assertThat(seen.words()).hasSize(FaceField.values().length);
    }
}
