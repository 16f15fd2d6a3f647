package throughline.replica.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.certs.LeafRequest;
import throughline.certs.TestPki;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;

class PrimaryNameTest {
    private static final TestPki PKI = TestPki.create(Clock.systemUTC());

    @ParameterizedTest
    @CsvSource({
        "Primary.Example, primary.example",
        "*.sites.example, _.sites.example",
        "under_score-1.example, under_score-1.example"
    })
    void theFirstDnsNameNamesThePrimary(String dnsName, String name) throws Exception {
        LeafRequest leaf = LeafRequest.client("common.example").withDnsNames(dnsName, "second.example");

        assertThat(PrimaryName.of(PKI.root().issue(leaf).leaf()).value()).isEqualTo(name);
    }

    @Test
    void withoutADnsNameTheCommonNameDoes() throws Exception {
        LeafRequest leaf = LeafRequest.client("192.0.2.7").withCommonName("Site-7");

        assertThat(PrimaryName.of(PKI.root().issue(leaf).leaf()).value()).isEqualTo("site-7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".hidden", "a/b", "a\\b", "with space", "../../etc", "a,b", "ünicode"})
    void aNameThatCannotBeAFolderIsNotAuthorised(String commonName) {
        LeafRequest leaf = LeafRequest.client("x").withDnsNames().withCommonName(commonName);

        assertThatThrownBy(() -> PrimaryName.of(PKI.root().issue(leaf).leaf()))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.reason()).isEqualTo(RefusalReason.NOT_AUTHORISED))
                .hasMessageContaining(commonName);
    }
}
