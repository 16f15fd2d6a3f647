package throughline.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import throughline.harness.lab.LabSupport;
import throughline.harness.run.CellResult;
import throughline.harness.run.CellResult.Result;
import throughline.harness.run.ExampleImage;
import throughline.harness.run.MatrixRunner;
import throughline.harness.run.RunStore;
import throughline.harness.topology.Axis.Certificates;
import throughline.harness.topology.Axis.Http;
import throughline.harness.topology.Axis.Tls;
import throughline.harness.topology.MatrixPlan;
import throughline.harness.topology.NamespaceTopologies;

/** The group {@code namespaces}: as a command of its own, which enters a network of its own, and in a process that does not. */
class NamespacesTest {
    @TempDir
    Path folder;

    /**
     * The path is checked in every cell: by the ports at each box, and by where the replica's connections come from. What is
     * looked at here is what the primary dialled: the replica's own address.
     */
    @Test
    void thePrimaryKnowsOfNoProxyAndReachesTheReplicaOrWhoeverStandsOnTheRouter() throws Exception {
        LabSupport.missing()
                .ifPresent(part -> assumeThat(false).as(part.sentence()).isTrue());
        String printed = new Shell(folder)
                .succeed("java -cp '" + System.getProperty("java.class.path") + "' throughline.harness.cli.Main matrix"
                        + " --topology router,router-relay,router-inspector-trusted"
                        + " --certificates good --tls 1.3 --http h2 --out run");

        assertThat(printed).contains("3 of 3 cells as expected");
        assertThat(folder.resolve("run/cells/router-relay/good/tls1.3/h2/case.json"))
                .content()
                .containsPattern("\"198\\.19\\.\\d\\.2\"")
                .doesNotContain("127.0.0.1");
    }

    @Test
    void whereThereIsNoLabItsCellsAreSkippedAndOthersRun() throws Exception {
        MatrixPlan plan = new MatrixPlan(
                List.of(NamespaceTopologies.ROUTER),
                List.of(Certificates.GOOD),
                List.of(Tls.TLS_1_3),
                List.of(Http.HTTP_1_1));
        Path image = ExampleImage.make(folder).file();

        List<CellResult> cells = new MatrixRunner(
                        plan, image, RunStore.in(folder.resolve("run")), 1, 1, (cell, done, total) -> {})
                .run()
                .cells();

        assertThat(cells).singleElement().satisfies(cell -> {
            assertThat(cell.result()).isEqualTo(Result.SKIPPED);
            assertThat(cell.note().orElseThrow()).matches("A lab is made only in .*|Network namespaces need .*");
        });
    }
}
