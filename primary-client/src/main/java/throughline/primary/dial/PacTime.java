package throughline.primary.dial;

import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The functions of a PAC script about the calendar and the clock. The last argument may be {@code GMT}, by which the time
 * was chosen. Arguments that mean nothing are in no range.
 */
final class PacTime {
    private static final List<String> WEEKDAYS = List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");
    private static final List<String> MONTHS =
            List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
    private static final int SECONDS_OF_AN_HOUR = 3600;

    private PacTime() {}

    private enum Unit {
        DAY,
        MONTH,
        YEAR
    }

    private record Field(Unit unit, int value) {
        static Optional<Field> of(String text) {
            int month = MONTHS.indexOf(text);
            if (month >= 0) {
                return Optional.of(new Field(Unit.MONTH, month + 1));
            }
            return number(text).map(value -> new Field(value > 31 ? Unit.YEAR : Unit.DAY, value));
        }

        static Field of(Unit unit, ZonedDateTime now) {
            return new Field(
                    unit,
                    switch (unit) {
                        case DAY -> now.getDayOfMonth();
                        case MONTH -> now.getMonthValue();
                        case YEAR -> now.getYear();
                    });
        }
    }

    /** One day of the week, or from one to another, over the end of the week too. */
    static boolean weekdayRange(ZonedDateTime now, List<String> given) {
        List<String> days = withoutZone(given);
        if (days.isEmpty() || days.size() > 2 || !WEEKDAYS.containsAll(days)) {
            return false;
        }
        int from = WEEKDAYS.indexOf(days.get(0));
        int to = WEEKDAYS.indexOf(days.get(days.size() - 1));
        return isBetween(from, now.getDayOfWeek().getValue() % 7, to, true);
    }

    /** Any of day, month and year, once, or twice for a range, which without a year may go over its end. */
    static boolean dateRange(ZonedDateTime now, List<String> given) {
        List<Field> fields = new ArrayList<>();
        withoutZone(given).forEach(text -> Field.of(text).ifPresent(fields::add));
        if (fields.isEmpty() || fields.size() != withoutZone(given).size()) {
            return false;
        }
        int half = fields.size() / 2;
        List<Field> from = fields.subList(0, half);
        List<Field> to = fields.subList(half, fields.size());
        boolean range = units(from).equals(units(to));
        List<Unit> units = range ? units(from) : units(fields);
        long today = key(units.stream().map(unit -> Field.of(unit, now)).toList());
        return range ? isBetween(key(from), today, key(to), !units.contains(Unit.YEAR)) : today == key(fields);
    }

    /** One hour, or from one time to another, given as hours, minutes and seconds, over midnight too. */
    static boolean timeRange(ZonedDateTime now, List<String> given) {
        List<Integer> numbers = new ArrayList<>();
        withoutZone(given).forEach(text -> number(text).ifPresent(numbers::add));
        boolean known = numbers.size() == withoutZone(given).size();
        LocalTime time = now.toLocalTime();
        if (known && numbers.size() == 1) {
            return time.getHour() == numbers.get(0);
        }
        int half = numbers.size() / 2;
        if (!known || numbers.size() % 2 != 0 || half < 1 || half > 3) {
            return false;
        }
        long from = seconds(numbers.subList(0, half));
        long to = seconds(numbers.subList(half, numbers.size()));
        return isBetween(from, time.toSecondOfDay(), to, true);
    }

    private static boolean isBetween(long from, long value, long to, boolean round) {
        return from <= to ? from <= value && value <= to : round && (value >= from || value <= to);
    }

    private static List<Unit> units(List<Field> fields) {
        return fields.stream().map(Field::unit).toList();
    }

    /** Greater for what is later, as far as the fields tell. */
    private static long key(List<Field> fields) {
        long key = 0;
        for (Field field : fields) {
            key += switch (field.unit()) {
                case DAY -> field.value();
                case MONTH -> field.value() * 100L;
                case YEAR -> field.value() * 10_000L;
            };
        }
        return key;
    }

    private static long seconds(List<Integer> numbers) {
        long seconds = 0;
        int unit = SECONDS_OF_AN_HOUR;
        for (int number : numbers) {
            seconds += (long) number * unit;
            unit /= 60;
        }
        return seconds;
    }

    private static Optional<Integer> number(String text) {
        return text.matches("[0-9]{1,4}") ? Optional.of(Integer.parseInt(text)) : Optional.empty();
    }

    private static List<String> withoutZone(List<String> given) {
        int last = given.size() - 1;
        return last >= 0 && given.get(last).equals("GMT") ? given.subList(0, last) : given;
    }
}
