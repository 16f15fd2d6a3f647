package throughline.harness.run;

// tag::readme[]
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import throughline.harness.topology.Topologies;
import throughline.primary.diagnosis.RuleId;

class RegressionExampleTest {
    @Test
    void replicationDoesNotGetThroughAnInspectingProxy() {
        try (Testbed bed = Testbed.open(Topologies.INSPECTOR_TRUSTED)) {
            assertThat(bed.tryPath().verdict().rule()).contains(new RuleId("tls.inspected"));
        }
    }
}
// end::readme[]
