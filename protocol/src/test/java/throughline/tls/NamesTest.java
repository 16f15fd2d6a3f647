package throughline.tls;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesTest {
    @ParameterizedTest
    @CsvSource({
        "0, close_notify",
        "42, bad_certificate",
        "46, certificate_unknown",
        "48, unknown_ca",
        "70, protocol_version",
        "112, unrecognized_name",
        "116, certificate_required",
        "120, no_application_protocol",
        "43, unsupported_certificate",
        "1, unassigned(1)",
        "255, unassigned(255)",
    })
    void alertsHaveTheirRegisteredName(int description, String name) {
        assertThat(new Alert(2, description).name()).isEqualTo(name);
    }

    @Test
    void onlyLevelTwoIsFatal() {
        assertThat(new Alert(2, 40).fatal()).isTrue();
        assertThat(new Alert(1, 112).fatal()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "768, SSL 3.0",
        "769, TLS 1.0",
        "770, TLS 1.1",
        "771, TLS 1.2",
        "772, TLS 1.3",
        "32540, 0x7f1c",
        "2, 0x0002"
    })
    void versionsHaveTheirNameOrAreHex(int version, String name) {
        assertThat(TlsNames.version(version)).isEqualTo(name);
    }

    @Test
    void aSuiteThatIsNotKnownIsHex() {
        assertThat(TlsNames.cipherSuite(0x0a0a)).isEqualTo("0x0a0a");
    }
}
