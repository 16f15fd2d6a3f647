package throughline.harness.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LabSupportTest {
    private final Machine machine = new Machine();

    /** A machine that has some programs, and whose kernel refuses what contains one of some words. */
    private static final class Machine implements Commands {
        private final Set<String> programs =
                new TreeSet<>(List.of("unshare", "setpriv", "mount", "ip", "nft", "iptables"));
        private final List<String> refused = new ArrayList<>();
        private final List<String> ran = new ArrayList<>();

        @Override
        public boolean has(String program) {
            return programs.contains(program);
        }

        @Override
        public Outcome run(List<String> command, String input) {
            String line = String.join(" ", command);
            ran.add(line);
            return refused.stream().anyMatch(line::contains)
                    ? new Outcome(1, "Operation not permitted")
                    : new Outcome(0, "");
        }
    }

    private String answer(String system, boolean root) {
        return new LabSupport(machine, system, root)
                .firstMissing()
                .map(MissingPart::sentence)
                .orElse("nothing");
    }

    static List<Arguments> programs() {
        return List.of(
                arguments(
                        List.of("unshare"),
                        "Network namespaces need the program unshare; on Debian: apt install util-linux."),
                arguments(
                        List.of("setpriv"),
                        "Network namespaces need the program setpriv; on Debian: apt install util-linux."),
                arguments(List.of("mount"), "Network namespaces need the program mount; on Debian: apt install mount."),
                arguments(List.of("ip"), "Network namespaces need the program ip; on Debian: apt install iproute2."),
                arguments(
                        List.of("nft", "iptables"),
                        "Network namespaces need the program nft or iptables; on Debian: apt install nftables."),
                arguments(List.of("nft"), "nothing"),
                arguments(List.of("iptables"), "nothing"));
    }

    @ParameterizedTest
    @MethodSource("programs")
    void aMissingProgramIsNamedWithItsPackage(List<String> missing, String answer) {
        machine.programs.removeAll(missing);

        assertThat(answer("Linux", true)).isEqualTo(answer);
    }

    static List<Arguments> refusals() {
        return List.of(
                arguments(
                        List.of(" mount "),
                        "root, or user namespaces that the system allows (Operation not permitted)"),
                arguments(List.of("type veth"), "the kernel's veth links (Operation not permitted)"),
                arguments(List.of("redirect", "REDIRECT"), "a kernel that redirects (Operation not permitted)"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void whatTheSystemRefusesIsSaidInItsOwnWords(List<String> refused, String missing) {
        machine.refused.addAll(refused);

        assertThat(answer("Linux", true)).isEqualTo("Network namespaces need " + missing + ".");
    }

    @Test
    void iptablesWillDoWhereNftIsRefused() {
        machine.refused.add("nft");

        assertThat(answer("Linux", true)).isEqualTo("nothing");
    }

    @Test
    void elsewhereThanOnLinuxNothingIsTried() {
        assertThat(answer("Mac OS X", true)).isEqualTo("Network namespaces need Linux; this is Mac OS X.");
        assertThat(machine.ran).isEmpty();
    }

    @Test
    void whoIsNotRootTriesAUserNamespace() {
        answer("Linux", false);

        assertThat(machine.ran).isNotEmpty().allMatch(line -> line.startsWith("unshare --user --map-root-user --net "));
    }

    /** Nothing of a trial may touch the machine's own network. */
    @Test
    void everyTrialIsInNamespacesOfItsOwn() {
        answer("Linux", true);

        assertThat(machine.ran)
                .isNotEmpty()
                .allMatch(line -> line.startsWith("unshare --net --mount --pid --fork --kill-child --mount-proc "));
    }
}
