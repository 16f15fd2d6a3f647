package throughline.certs.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.certs.Flaw;
import throughline.certs.TestPki;
import throughline.identity.Identity;
import throughline.identity.revocation.HttpRevocationFetch;
import throughline.identity.revocation.RevocationCheck;
import throughline.identity.revocation.RevocationPolicy;
import throughline.identity.revocation.RevocationStatus;
import throughline.identity.revocation.RevocationStatus.Source;
import throughline.identity.revocation.RevocationStatus.State;

/** The flaws of revocation, each made, served and checked. */
class RevocationFlawsTest {
    private final InstantSource clock = InstantSource.system();
    private final RevocationServer server = RevocationServer.start(clock);
    private final TestPki pki = TestPki.withRevocation(clock, server);

    @AfterEach
    void close() {
        server.close();
    }

    static Stream<Arguments> flaws() {
        return Stream.of(
                Arguments.of(Flaw.REVOKED_BY_CRL, State.REVOKED, Source.CRL, "lists it as revoked since"),
                Arguments.of(Flaw.REVOKED_BY_OCSP, State.REVOKED, Source.OCSP, "says revoked since"),
                Arguments.of(Flaw.REVOCATION_UNREACHABLE, State.UNKNOWN, Source.CRL, "Connection refused"),
                Arguments.of(Flaw.STALE_CRL, State.UNKNOWN, Source.CRL, "was in force until"),
                Arguments.of(Flaw.NO_REVOCATION_SOURCE, State.UNKNOWN, Source.NONE, "names neither"));
    }

    @ParameterizedTest
    @MethodSource("flaws")
    void flaw(Flaw flaw, State state, Source source, String text) {
        List<RevocationStatus> statuses = check(pki.client("client.test", flaw));

        assertThat(statuses)
                .singleElement()
                .extracting(RevocationStatus::state, RevocationStatus::source)
                .containsExactly(state, source);
        assertThat(statuses.get(0).text()).contains(text);
        assertThat(RevocationPolicy.REQUIRED.refused(statuses)).isPresent();
        assertThat(RevocationPolicy.WHEN_AVAILABLE.refused(statuses).isPresent())
                .isEqualTo(state == State.REVOKED);
    }

    @Test
    void goodOnesAreAccepted() {
        List<RevocationStatus> statuses = check(pki.client("client.test"));

        assertThat(RevocationPolicy.REQUIRED.refused(statuses)).isEmpty();
        assertThat(server.asked()).extracting(AskedRequest::method).containsExactly("POST");
    }

    private List<RevocationStatus> check(Identity identity) {
        return new RevocationCheck(new HttpRevocationFetch(), clock).check(identity.chain(), pki.trust(), List.of());
    }
}
