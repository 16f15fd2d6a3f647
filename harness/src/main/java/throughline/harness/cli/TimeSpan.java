package throughline.harness.cli;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import throughline.protocol.Excerpt;

/** A time as it is given on the command line. */
final class TimeSpan {
    private static final Pattern ACCEPTED = Pattern.compile("([1-9][0-9]{0,5})(s|m|h)");
    private static final Map<String, Duration> UNITS =
            Map.of("s", Duration.ofSeconds(1), "m", Duration.ofMinutes(1), "h", Duration.ofHours(1));

    private TimeSpan() {}

    static Duration parse(String option, String given) throws BadInputException {
        Matcher matcher = ACCEPTED.matcher(given);
        if (!matcher.matches()) {
            throw new BadInputException(option + " \"" + Excerpt.of(given)
                    + "\"; accepted is a number with s, m or h, such as 30s, 5m or 15m");
        }
        Duration unit = UNITS.getOrDefault(matcher.group(2), Duration.ZERO);
        return unit.multipliedBy(Long.parseLong(matcher.group(1)));
    }
}
