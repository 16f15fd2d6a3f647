package throughline.primary.diagnosis.rules;

import throughline.protocol.Excerpt;

/** What an HTML page says, without its tags, short enough to be quoted. */
final class PageText {
    private static final int QUOTED = 200;

    private PageText() {}

    static String of(String page) {
        String words = page.replaceAll("(?is)<(style|script|head)\\b.*?</\\1>", " ")
                .replaceAll("<[^>]{0,500}>", " ")
                .replaceAll("\\s+", " ")
                .strip();
        return Excerpt.of(words, QUOTED);
    }
}
