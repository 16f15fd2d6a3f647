package throughline.harness.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import throughline.harness.topology.Axis;
import throughline.protocol.Excerpt;

/** Values of an axis chosen on the command line: names with commas between them. */
final class Choices {
    private Choices() {}

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
                    .orElseThrow(() -> new BadInputException(option + " \"" + Excerpt.of(given) + "\"; accepted are "
                            + String.join(", ", all.stream().map(name).toList())));
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
}
