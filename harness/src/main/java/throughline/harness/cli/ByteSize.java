package throughline.harness.cli;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import throughline.protocol.Excerpt;

/** An amount of bytes as it is given on the command line: a number, or one with KiB, MiB, GiB or TiB. */
final class ByteSize {
    private static final Pattern ACCEPTED = Pattern.compile("([1-9][0-9]{0,12}) ?(B|KiB|MiB|GiB|TiB)?");
    private static final Map<String, Integer> SHIFTS = Map.of("B", 0, "KiB", 10, "MiB", 20, "GiB", 30, "TiB", 40);

    private ByteSize() {}

    static long parse(String option, String given) throws BadInputException {
        Matcher matcher = ACCEPTED.matcher(given);
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            int shift = matcher.group(2) == null ? 0 : SHIFTS.getOrDefault(matcher.group(2), 0);
            if (number <= Long.MAX_VALUE >> shift) {
                return number << shift;
            }
        }
        throw new BadInputException(option + " \"" + Excerpt.of(given)
                + "\"; accepted is a number of bytes, or one with KiB, MiB, GiB or TiB, such as 64MiB");
    }
}
