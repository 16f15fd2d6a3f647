package throughline.primary.dial;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DelegatingSocketTest {
    /** They touch no socket. */
    private static final List<String> STATELESS = List.of("setPerformancePreferences", "toString");

    @Test
    void overridesEveryMethodOfASocket() {
        List<String> missing = Arrays.stream(Socket.class.getMethods())
                .filter(method -> method.getDeclaringClass() == Socket.class)
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .filter(method -> !STATELESS.contains(method.getName()))
                .filter(method -> !isOverridden(method))
                .map(Method::toString)
                .toList();

        assertThat(missing).isEmpty();
    }

    private static boolean isOverridden(Method method) {
        return Arrays.stream(DelegatingSocket.class.getDeclaredMethods())
                .anyMatch(own -> own.getName().equals(method.getName())
                        && Arrays.equals(own.getParameterTypes(), method.getParameterTypes()));
    }
}
