package throughline.primary.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScrubberTest {
    @ParameterizedTest
    @CsvSource({
        "https://portal.test/login?session=1, https://portal.test/login",
        "https://a:b@portal.test/login#x, https://portal.test/login",
        "/login;jsessionid=1?x, /login",
    })
    void whereAPortalSendsToIsKeptWithoutItsQuery(String location, String kept) {
        assertThat(Scrubber.headers(Map.of("Location", List.of(location)), UnaryOperator.identity()))
                .containsExactly(Map.entry("location", kept));
    }
}
