package throughline.harness.middlebox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The contract, held by every kind that is imitated here. */
class InProcessContractTest {

    @Test
    void everyKindIsHeldToTheContract() {
        assertThat(Arrays.stream(InProcessContractTest.class.getDeclaredClasses())
                        .filter(InProcessContract.class::isAssignableFrom)
                        .filter(nested -> nested != InProcessContract.class)
                        .map(nested -> nested.getAnnotation(Of.class).value()))
                .containsExactlyInAnyOrder(MiddleboxKind.values());
    }

    @Retention(RetentionPolicy.RUNTIME)
    @interface Of {
        MiddleboxKind value();
    }

    abstract static class InProcessContract extends MiddleboxContract {
        @Override
        MiddleboxKind kind() {
            return getClass().getAnnotation(Of.class).value();
        }

        @Override
        Middlebox open(EchoReplica behind) {
            return InProcess.open(kind(), behind, Listening.onLoopback());
        }

        @Override
        Optional<Middlebox> openGuarded(EchoReplica behind) {
            return InProcess.openGuarded(kind(), behind);
        }

        @Override
        TestClient enter(Middlebox through) throws IOException {
            return InProcess.enter(through);
        }
    }

    @Nested
    @Of(MiddleboxKind.RELAY)
    class OfRelay extends InProcessContract {}

    @Nested
    @Of(MiddleboxKind.TUNNEL)
    class OfTunnel extends InProcessContract {}

    @Nested
    @Of(MiddleboxKind.SOCKS_TUNNEL)
    class OfSocksTunnel extends InProcessContract {}

    @Nested
    @Of(MiddleboxKind.INSPECTOR)
    class OfInspector extends InProcessContract {}

    @Nested
    @Of(MiddleboxKind.TRANSPARENT_INSPECTOR)
    class OfTransparentInspector extends InProcessContract {}

    @Nested
    @Of(MiddleboxKind.LOAD_BALANCER)
    class OfLoadBalancer extends InProcessContract {}
}
