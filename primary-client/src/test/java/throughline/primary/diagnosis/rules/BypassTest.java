package throughline.primary.diagnosis.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import throughline.primary.evidence.Setup;

class BypassTest {
    private static final Setup SETUP = new Setup(
            "replica.example.com",
            8443,
            Optional.of("127.0.0.1:8080"),
            false,
            Optional.empty(),
            List.of(),
            List.of(),
            List.of("TLSv1.3"),
            List.of("h2"),
            "17");

    /** Mitmproxy 8.1.1 searches the bare name for the expression, version 9 and later name and port. */
    @ParameterizedTest
    @CsvSource({
        "replica.example.com, true",
        "replica.example.com:8443, true",
        "replica-example.com, false",
        "other.replica.example.com:8443, false",
        "replica.example.com.other.test, false"
    })
    void whatMitmproxyIsToldToIgnoreIsExactlyTheReplica(String asked, boolean ignored) {
        Matcher told = Pattern.compile("--ignore-hosts '([^']+)'").matcher(remedy("mitmproxy"));

        assertThat(told.find()).isTrue();
        assertThat(Pattern.compile(told.group(1)).matcher(asked).find()).isEqualTo(ignored);
    }

    @Test
    void squidIsToldToSpliceTheReplicaAfterAPeekAtItsName() {
        assertThat(remedy("Squid").lines().map(String::strip))
                .containsSubsequence(
                        "acl step1 at_step SslBump1",
                        "acl replica ssl::server_name replica.example.com",
                        "ssl_bump peek step1",
                        "ssl_bump splice replica");
    }

    private static String remedy(String product) {
        return Bypass.remedy(Optional.of(new Interceptor(product, Optional.empty(), Optional.empty())), SETUP);
    }
}
