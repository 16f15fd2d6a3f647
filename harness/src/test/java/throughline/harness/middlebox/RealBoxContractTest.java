package throughline.harness.middlebox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import throughline.harness.middlebox.RealBoxContract.Of;
import throughline.harness.middlebox.external.RealBox;

/** The contract, held by every product. */
class RealBoxContractTest {

    @Test
    void everyModeIsHeldToTheContract() {
        assertThat(Stream.of(RealBoxContractTest.class, RemainingModesContract.class)
                        .flatMap(outer -> Arrays.stream(outer.getDeclaredClasses()))
                        .map(nested -> nested.getAnnotation(Of.class).value()))
                .containsExactlyInAnyOrder(RealBox.values());
    }

    @Nested
    @Of(RealBox.SQUID)
    class OfSquid extends RealBoxContract {}

    @Nested
    @Of(RealBox.SQUID_BUMP)
    class OfSquidBump extends RealBoxContract {}

    @Nested
    @Of(RealBox.MITMPROXY)
    class OfMitmproxy extends RealBoxContract {}

    @Nested
    @Of(RealBox.TINYPROXY)
    class OfTinyproxy extends RealBoxContract {}

    @Nested
    @Of(RealBox.NGINX_STREAM)
    class OfNginxStream extends RealBoxContract {}

    @Nested
    @Of(RealBox.NGINX_TLS)
    class OfNginxTls extends RealBoxContract {}

    @Nested
    @Of(RealBox.HAPROXY_TCP)
    class OfHaproxyTcp extends RealBoxContract {}

    @Nested
    @Of(RealBox.HAPROXY_TLS)
    class OfHaproxyTls extends RealBoxContract {}

    @Nested
    @Of(RealBox.DANTE)
    class OfDante extends RealBoxContract {}
}
