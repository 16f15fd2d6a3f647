package throughline.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.junit.jupiter.api.Test;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;

class RequestBodyTest {

    @Test
    void aSenderThatIsNeverWaitedForIsCutOffToo() throws Exception {
        RequestBody body = new RequestBody(endless());
        assertThat(body.read(ByteBuffer.allocate(1))).isEqualTo(1);

        body.abort();

        assertThatThrownBy(() -> body.read(ByteBuffer.allocate(1)))
                .asInstanceOf(InstanceOfAssertFactories.type(RefusedException.class))
                .returns(RefusalReason.SHUTTING_DOWN, RefusedException::reason);
    }

    /** There is always something to read. */
    private static Request endless() {
        return (Request) Proxy.newProxyInstance(
                RequestBodyTest.class.getClassLoader(), new Class<?>[] {Request.class}, (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("read");
                    return Content.Chunk.from(ByteBuffer.allocate(2), false);
                });
    }
}
