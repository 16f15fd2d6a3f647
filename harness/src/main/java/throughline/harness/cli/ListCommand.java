package throughline.harness.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import throughline.harness.middlebox.AdversityKind;
import throughline.harness.middlebox.MiddleboxKind;
import throughline.harness.middlebox.WhenClientCertificateDemanded;
import throughline.harness.middlebox.persona.Personas;
import throughline.harness.topology.Topologies;
import throughline.harness.topology.Topology;
import throughline.harness.topology.TopologyGroup;

/** Shows what there is to choose from. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description =
                "Shows the kinds of middlebox, the personas, the adversities and the topologies, and what is available here.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls
final class ListCommand implements Callable<Integer> {
    private static final String ROW = "  %-34s %s%n";

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = Terminal.of(spec.commandLine()).out();
        out.println("Middleboxes (throughline middlebox KIND), imitated in process and available everywhere:");
        for (MiddleboxKind kind : MiddleboxKind.values()) {
            out.printf(ROW, kind.id(), kind.title());
        }
        out.println();
        out.println("What an inspector does when a client certificate is demanded (--when-demanded WORD):");
        for (WhenClientCertificateDemanded setting : WhenClientCertificateDemanded.values()) {
            out.println("  " + setting.word());
        }
        out.println();
        out.println("Personas (--persona NAME-OR-FILE):");
        Personas.shipped().forEach(persona -> out.printf(ROW, persona.name(), persona.title()));
        out.println();
        out.println(
                "Adversities (--adversity WORD[:VALUE]... or @FILE); directions are to-replica and to-client, steps are");
        out.println("connect, client-hello, certificate-request, mid-body and last-byte:");
        for (AdversityKind adversity : AdversityKind.values()) {
            out.printf(ROW, adversity.form(), adversity.title());
        }
        out.println();
        out.println("Topologies (throughline matrix --topology GROUP-OR-NAME,...):");
        for (TopologyGroup group : TopologyGroup.values()) {
            show(group, out);
        }
        out.flush();
        return ExitCode.OK.code();
    }

    private static void show(TopologyGroup group, PrintWriter out) {
        out.println(" " + group.id() + ": " + group.title());
        for (Topology topology : Topologies.of(group)) {
            out.printf(ROW, topology.id(), topology.title());
        }
    }
}
