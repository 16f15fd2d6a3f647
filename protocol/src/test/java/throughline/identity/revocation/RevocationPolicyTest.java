package throughline.identity.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static throughline.identity.revocation.RevocationPolicy.OFF;
import static throughline.identity.revocation.RevocationPolicy.REQUIRED;
import static throughline.identity.revocation.RevocationPolicy.WHEN_AVAILABLE;
import static throughline.identity.revocation.RevocationStatus.State.GOOD;
import static throughline.identity.revocation.RevocationStatus.State.REVOKED;
import static throughline.identity.revocation.RevocationStatus.State.UNKNOWN;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.identity.Trust;
import throughline.identity.revocation.RevocationStatus.Source;
import throughline.identity.revocation.RevocationStatus.State;

class RevocationPolicyTest {
    private static final List<State> NOTHING = List.of();

    static Stream<Arguments> decisions() {
        return Stream.of(
                Arguments.of(REQUIRED, NOTHING, Optional.empty()),
                Arguments.of(REQUIRED, List.of(GOOD, GOOD), Optional.empty()),
                Arguments.of(REQUIRED, List.of(GOOD, UNKNOWN, REVOKED), Optional.of(UNKNOWN)),
                Arguments.of(REQUIRED, List.of(REVOKED), Optional.of(REVOKED)),
                Arguments.of(WHEN_AVAILABLE, List.of(UNKNOWN, GOOD), Optional.empty()),
                Arguments.of(WHEN_AVAILABLE, List.of(UNKNOWN, REVOKED), Optional.of(REVOKED)),
                Arguments.of(OFF, List.of(UNKNOWN, REVOKED), Optional.empty()));
    }

    @ParameterizedTest
    @MethodSource("decisions")
    void refuses(RevocationPolicy policy, List<State> states, Optional<State> refused) {
        List<RevocationStatus> statuses =
                states.stream().map(RevocationPolicyTest::status).toList();

        assertThat(policy.refused(statuses).map(RevocationStatus::state)).isEqualTo(refused);
    }

    private static RevocationStatus status(State state) {
        X509Certificate any = Trust.platform().anchors().get(0);
        return new RevocationStatus(any, state, Source.NONE, Optional.empty(), Optional.empty(), "");
    }
}
