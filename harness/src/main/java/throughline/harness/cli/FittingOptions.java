package throughline.harness.cli;

import static throughline.harness.middlebox.MiddleboxKind.INSPECTOR;
import static throughline.harness.middlebox.MiddleboxKind.LOAD_BALANCER;
import static throughline.harness.middlebox.MiddleboxKind.RELAY;
import static throughline.harness.middlebox.MiddleboxKind.SOCKS_TUNNEL;
import static throughline.harness.middlebox.MiddleboxKind.TRANSPARENT_INSPECTOR;
import static throughline.harness.middlebox.MiddleboxKind.TUNNEL;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import throughline.harness.middlebox.MiddleboxKind;

/** Which options belong to which kinds of box: an option without effect would let its user believe in one. */
final class FittingOptions {
    private record Rule(Set<String> options, Set<MiddleboxKind> kinds) {}

    private static final List<Rule> RULES = List.of(
            new Rule(Set.of("--proxy-protocol"), Set.of(RELAY)),
            new Rule(Set.of("--replica-name"), Set.of(LOAD_BALANCER)),
            new Rule(Set.of("--credentials-file", "--allow", "--deny"), Set.of(TUNNEL, SOCKS_TUNNEL)),
            new Rule(
                    Set.of("--login", "--tls-listen", "--parent", "--parent-credentials-file", "--answer-first"),
                    Set.of(TUNNEL)),
            new Rule(
                    Set.of(
                            "--when-demanded",
                            "--exempt",
                            "--probe",
                            "--http",
                            "--mimic-leaf",
                            "--forward-hello",
                            "--no-replica-check",
                            "--header",
                            "--remove-header",
                            "--via",
                            "--buffer-bodies",
                            "--ca-out"),
                    Set.of(INSPECTOR, TRANSPARENT_INSPECTOR)),
            new Rule(
                    Set.of("--cert", "--key", "--password-file"),
                    Set.of(TUNNEL, INSPECTOR, TRANSPARENT_INSPECTOR, LOAD_BALANCER)),
            new Rule(
                    Set.of("--own-cert", "--own-key", "--trust"),
                    Set.of(INSPECTOR, TRANSPARENT_INSPECTOR, LOAD_BALANCER)));

    private FittingOptions() {}

    /** Refuses the first given option that this kind has no use for. */
    static void require(ParseResult given, MiddleboxKind kind) throws BadInputException {
        for (OptionSpec option : given.matchedOptions()) {
            for (Rule rule : RULES) {
                if (rule.options().contains(option.longestName())
                        && !rule.kinds().contains(kind)) {
                    throw new BadInputException(option.longestName() + " with " + kind.id() + "; it fits "
                            + new TreeSet<>(rule.kinds())
                                    .stream().map(MiddleboxKind::id).collect(Collectors.joining(", ")));
                }
            }
        }
    }

    /** All options that some kinds have and others do not. */
    static List<String> known() {
        List<String> names = new ArrayList<>();
        RULES.forEach(rule -> names.addAll(rule.options()));
        return names;
    }
}
