package throughline.harness.middlebox.persona;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;
import throughline.certs.ForgedLeaf;
import throughline.harness.middlebox.Appearance.LongestDeclared;
import throughline.harness.middlebox.HeaderChanges;
import throughline.harness.middlebox.HeaderField;
import throughline.harness.middlebox.InspectorHttp;
import throughline.harness.middlebox.InspectorSettings;
import throughline.harness.middlebox.MiddleboxKind;
import throughline.harness.middlebox.Wording;

/** The values of a persona's lines. What cannot be read is an IllegalArgumentException that says what is accepted. */
final class Values {
    static final String YES_OR_NO = "yes or no";
    static final String HEADER = "NAME: VALUE";
    static final String ANSWER = "STATUS REASON";
    static final String DATES = "as-authority, as-replica or FROM..TO, such as -2d..365d";

    private static final Pattern DAYS = Pattern.compile("(-?\\d{1,5})d\\.\\.(-?\\d{1,5})d");
    private static final Pattern STATUS_AND_REASON = Pattern.compile("(\\d{3}) (.+)");
    private static final Pattern BYTES_AND_ANSWER = Pattern.compile("(\\d{1,18}) (\\d{3} .+)");
    private static final List<MiddleboxKind> BOXES = Arrays.stream(MiddleboxKind.values())
            .filter(kind -> kind != MiddleboxKind.LOAD_BALANCER)
            .toList();

    private Values() {}

    static <T> T word(String given, List<T> accepted, Function<T, String> name) {
        return accepted.stream()
                .filter(value -> name.apply(value).equals(given))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "accepted are " + accepted.stream().map(name).collect(joining(", "))));
    }

    /** All accepted words, for lists. */
    static <T> String form(List<T> accepted, Function<T, String> name) {
        return accepted.stream().map(name).collect(joining(", "));
    }

    static boolean yes(String given) {
        return word(given, List.of("yes", "no"), Function.identity()).equals("yes");
    }

    static long number(String given, long least, long most) {
        if (!given.matches("\\d{1,18}") || Long.parseLong(given) < least || Long.parseLong(given) > most) {
            throw new IllegalArgumentException("accepted is a number from " + least + " to " + most);
        }
        return Long.parseLong(given);
    }

    static String host(String given) {
        if (!given.matches("[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*")) {
            throw new IllegalArgumentException("accepted is a host name or an address, without a port");
        }
        return given;
    }

    static String token(String given) {
        return unframed(new HeaderField(given, "")).name();
    }

    static HeaderField header(String given) {
        int colon = given.indexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("accepted is " + HEADER);
        }
        return unframed(new HeaderField(
                given.substring(0, colon).strip(), given.substring(colon + 1).strip()));
    }

    private static HeaderField unframed(HeaderField field) {
        if (HeaderChanges.frames(field)) {
            throw new IllegalArgumentException("accepted are headers that do not say where a message ends");
        }
        return field;
    }

    static Wording answer(String given) {
        Matcher matcher = STATUS_AND_REASON.matcher(given);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("accepted is " + ANSWER + ", such as 502 Bad Gateway");
        }
        return Wording.OWN.answer(Integer.parseInt(matcher.group(1)), matcher.group(2));
    }

    static LongestDeclared longestDeclared(String given) {
        Matcher matcher = BYTES_AND_ANSWER.matcher(given);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("accepted is BYTES " + ANSWER + ", such as 1048576 400 Bad Request");
        }
        return new LongestDeclared(Long.parseLong(matcher.group(1)), answer(matcher.group(2)));
    }

    static ForgedLeaf.Validity dates(String given) {
        Matcher days = DAYS.matcher(given);
        if (days.matches()) {
            return ForgedLeaf.Validity.own(
                    Duration.ofDays(Integer.parseInt(days.group(1))), Duration.ofDays(Integer.parseInt(days.group(2))));
        }
        return switch (given) {
            case "as-authority" -> ForgedLeaf.Validity.AS_AUTHORITY;
            case "as-replica" -> ForgedLeaf.Validity.AS_SERVER;
            default -> throw new IllegalArgumentException("accepted are " + DATES);
        };
    }

    static Optional<String> unlessNone(String given) {
        if (!given.matches("[\\x20-\\x7e]{1,200}")) {
            throw new IllegalArgumentException("accepted is a name of up to 200 characters of ASCII, or none");
        }
        return Optional.of(given).filter(name -> !name.equals("none"));
    }

    static X500Principal name(String given) {
        try {
            return new X500Principal(given);
        } catch (IllegalArgumentException notOne) {
            throw new IllegalArgumentException("accepted is a name such as O=Example, CN=Example CA", notOne);
        }
    }

    static void checkName(InspectorSettings.Builder inspector, String given) {
        name(given);
    }

    static MiddleboxKind box(String given) {
        return word(given, BOXES, MiddleboxKind::id);
    }

    static String boxes() {
        return form(BOXES, MiddleboxKind::id);
    }

    /** What certificates call the server's is the replica's here. */
    static String replicas(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-').replace("as-server", "as-replica");
    }

    static String http(InspectorHttp value) {
        return switch (value) {
            case HTTP_1_1 -> "http/1.1";
            case AS_CLIENT -> "h2";
        };
    }
}
