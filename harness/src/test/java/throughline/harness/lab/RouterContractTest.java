package throughline.harness.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The contract of all boxes, held by the products that only stand on a router: squid and mitmproxy that intercept. */
class RouterContractTest {
    private static final List<String> BOXES =
            List.of("OfMitmproxyTransparent", "OfSquidInterceptBump", "OfSquidInterceptSplice");

    private static final String PASSED = "SUCCESSFUL ";

    /** The other clauses are for boxes that are asked, or these products do not keep them: RealExceptions has the reasons. */
    private static final List<String> KEPT =
            List.of("carries100ConnectionsAtOnce", "carries64MiBBothWaysUnchanged", "closingLeavesNoThreadAndNoPort");

    @Test
    @Timeout(300)
    void productsThatNeedARouterKeepTheContract() throws Exception {
        LabSupport.missing()
                .ifPresent(part -> assumeThat(false).as(part.sentence()).isTrue());
        Process run = new ProcessBuilder(
                        LabProcess.command("throughline.harness.middlebox.RouterContractRun", List.of()))
                .redirectErrorStream(true)
                .start();
        List<String> said;
        try (BufferedReader lines = run.inputReader()) {
            said = lines.lines().toList();
        }

        assertThat(said).as("%s", said).noneMatch(line -> line.startsWith("FAILED"));
        assertThat(said.stream()
                        .filter(line -> line.startsWith(PASSED))
                        .map(line -> line.substring(PASSED.length()))
                        .collect(Collectors.toSet()))
                .containsExactlyInAnyOrderElementsOf(BOXES.stream()
                        .flatMap(box -> KEPT.stream().map(clause -> box + " " + clause))
                        .toList());
    }
}
