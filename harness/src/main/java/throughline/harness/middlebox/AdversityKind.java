package throughline.harness.middlebox;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import throughline.harness.middlebox.Adversity.Direction;
import throughline.harness.middlebox.Adversity.Step;
import throughline.protocol.Excerpt;

/** The closed list of adversities, as they are written on a command line: a word, then its values with colons between. */
public enum AdversityKind {
    REFUSE("refuse", "STATUS", "answers CONNECT with this status and a page"),
    DEMAND_AUTHENTICATION("demand-authentication", "", "wants credentials and is content with none"),
    PAGE("page", "STATUS", "answers with a page of its own, as a captive portal"),
    CUT("cut", "BYTES:DIRECTION", "ends the connection after so many bytes"),
    HALF_CLOSE("half-close", "BYTES:DIRECTION", "ends one direction after so many bytes"),
    RESET("reset", "BYTES:DIRECTION", "resets the connection after so many bytes"),
    STALL("stall", "STEP", "falls silent at a step and stays connected"),
    SLOW("slow", "LATENCY:JITTER:RATE", "holds every piece back (ms), passes so many bytes a second (0: no limit)"),
    FLIP("flip", "OFFSET:DIRECTION", "changes a bit of one byte"),
    LIMIT_BODY("limit-body", "BYTES", "answers 413 to longer requests"),
    IDLE("idle", "MILLISECONDS", "ends a connection that is idle for so long"),
    ALERT("alert", "CODE:STEP", "sends a fatal TLS alert at a step"),
    LIE_ABOUT_LENGTH("lie-about-length", "", "says a Content-Length that is not so");

    private final String word;
    private final String values;
    private final String title;

    AdversityKind(String word, String values, String title) {
        this.word = word;
        this.values = values;
        this.title = title;
    }

    /**
     * Reads one as it is written, such as {@code cut:4096:to-replica}.
     *
     * @throws IllegalArgumentException naming what was given and what is accepted
     */
    public static Adversity parse(String text) {
        String[] parts = text.split(":", -1);
        AdversityKind kind = Arrays.stream(values())
                .filter(candidate -> candidate.word.equals(parts[0]))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("adversity \"" + Excerpt.of(text) + "\"; accepted are "
                        + Arrays.stream(values()).map(AdversityKind::form).collect(joining(", "))));
        int wanted = kind.values.isEmpty() ? 0 : kind.values.split(":", -1).length;
        try {
            if (parts.length - 1 == wanted) {
                return kind.of(new Values(List.of(parts).subList(1, parts.length)));
            }
        } catch (IllegalArgumentException unreadable) {
            throw new IllegalArgumentException(
                    "adversity \"" + Excerpt.of(text) + "\": " + unreadable.getMessage(), unreadable);
        }
        throw new IllegalArgumentException("adversity \"" + Excerpt.of(text) + "\"; accepted is " + kind.form());
    }

    /** The word by which it is chosen. */
    public String word() {
        return word;
    }

    /** How it is written: the word with its values named. */
    public String form() {
        return values.isEmpty() ? word : word + ":" + values;
    }

    /** One line for lists. */
    public String title() {
        return title;
    }

    private Adversity of(Values given) {
        return switch (this) {
            case REFUSE -> new Adversity.Refuse(given.number(0));
            case DEMAND_AUTHENTICATION -> new Adversity.DemandAuthentication();
            case PAGE -> new Adversity.AnswerPage(given.number(0));
            case CUT -> new Adversity.Cut(given.size(0), given.way(1));
            case HALF_CLOSE -> new Adversity.HalfClose(given.size(0), given.way(1));
            case RESET -> new Adversity.Reset(given.size(0), given.way(1));
            case STALL -> new Adversity.Stall(given.step(0));
            case SLOW -> new Adversity.Slow(given.time(0), given.time(1), given.size(2));
            case FLIP -> new Adversity.FlipByte(given.size(0), given.way(1));
            case LIMIT_BODY -> new Adversity.LimitBody(given.size(0));
            case IDLE -> new Adversity.IdleTimeout(given.time(0));
            case ALERT -> new Adversity.SendAlert(given.number(0), given.step(1));
            case LIE_ABOUT_LENGTH -> new Adversity.LieAboutLength();
        };
    }

    private record Values(List<String> texts) {
        int number(int index) {
            long value = size(index);
            if (value > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("the number " + value + " is too large");
            }
            return (int) value;
        }

        long size(int index) {
            if (!texts.get(index).matches("\\d{1,18}")) {
                throw new IllegalArgumentException(
                        "\"" + Excerpt.of(texts.get(index)) + "\" is no number; accepted is one from 0");
            }
            return Long.parseLong(texts.get(index));
        }

        Duration time(int index) {
            return Duration.ofMillis(size(index));
        }

        Direction way(int index) {
            return chosen(Direction.class, texts.get(index), "direction");
        }

        Step step(int index) {
            return chosen(Step.class, texts.get(index), "step");
        }

        private static <E extends Enum<E>> E chosen(Class<E> words, String given, String what) {
            return Arrays.stream(words.getEnumConstants())
                    .filter(word -> word(word).equals(given))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no " + what + " \"" + Excerpt.of(given)
                            + "\"; accepted are "
                            + Arrays.stream(words.getEnumConstants())
                                    .map(Values::word)
                                    .collect(joining(", "))));
        }

        private static String word(Enum<?> value) {
            return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
