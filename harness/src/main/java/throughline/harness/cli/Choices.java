package throughline.harness.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import throughline.harness.topology.Axis;
import throughline.harness.topology.Topologies;
import throughline.harness.topology.Topology;
import throughline.harness.topology.TopologyGroup;
import throughline.protocol.Excerpt;

/** What a matrix is made of, chosen on the command line: names with commas between them. */
final class Choices {
    private Choices() {}

    /** The topologies of the chosen groups and names in the order given, each once; the imitated ones when none is chosen. */
    static List<Topology> topologies(List<String> chosen) throws BadInputException {
        if (chosen.isEmpty()) {
            return Topologies.of(TopologyGroup.IMITATED);
        }
        Set<Topology> found = new LinkedHashSet<>();
        for (String given : chosen) {
            List<Topology> named = Topologies.named(given.strip());
            if (named.isEmpty()) {
                throw new BadInputException("--topology \"" + Excerpt.of(given) + "\"; accepted are the groups "
                        + names(Arrays.asList(TopologyGroup.values()), TopologyGroup::id) + " and the names "
                        + names(Topologies.all(), Topology::id));
            }
            found.addAll(named);
        }
        return List.copyOf(found);
    }

    /** The chosen ones in the order given, each once; all of them when none is chosen. */
    static <T> List<T> of(
            String option,
            List<String> chosen,
            List<T> all,
            Function<T, String> name,
            Function<String, Optional<T>> find)
            throws BadInputException {
        if (chosen.isEmpty()) {
            return all;
        }
        List<T> found = new ArrayList<>();
        for (String given : chosen) {
            T value = find.apply(given.strip())
                    .orElseThrow(() -> new BadInputException(
                            option + " \"" + Excerpt.of(given) + "\"; accepted are " + names(all, name)));
            if (!found.contains(value)) {
                found.add(value);
            }
        }
        return found;
    }

    static <A extends Enum<A> & Axis> List<A> of(String option, List<String> chosen, Class<A> axis)
            throws BadInputException {
        return of(option, chosen, Arrays.asList(axis.getEnumConstants()), Axis::id, given -> Axis.find(axis, given));
    }

    private static <T> String names(List<T> all, Function<T, String> name) {
        return String.join(", ", all.stream().map(name).toList());
    }
}
