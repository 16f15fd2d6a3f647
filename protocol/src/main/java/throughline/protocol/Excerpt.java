package throughline.protocol;

/** Makes text from outside fit to be shown: short, on one line, without control characters. */
public final class Excerpt {
    private static final int SHORT = 80;

    private Excerpt() {}

    /** At most 80 characters of the text; control characters and line ends become one space each. */
    public static String of(String text) {
        return of(text, SHORT);
    }

    /** At most {@code limit} characters of the text, with an ellipsis where something was cut. */
    public static String of(String text, int limit) {
        StringBuilder shown = new StringBuilder(Math.min(text.length(), limit));
        text.codePoints().limit(limit).map(Excerpt::visible).forEach(shown::appendCodePoint);
        return text.codePointCount(0, text.length()) > limit ? shown + "…" : shown.toString();
    }

    /** Bidirectional overrides and the like could make a terminal show something else than what was received. */
    private static int visible(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> ' ';
            default -> codePoint;
        };
    }
}
