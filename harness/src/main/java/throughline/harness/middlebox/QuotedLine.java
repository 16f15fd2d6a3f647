package throughline.harness.middlebox;

import throughline.protocol.Excerpt;

/** A line that was refused, as it stands in a message: what cannot be seen may be the reason. */
final class QuotedLine {
    private QuotedLine() {}

    /** In quotation marks; tabs, other control characters and backslashes as Java escapes. */
    static String of(String line) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < line.length(); i++) {
            char character = line.charAt(i);
            if (character == '\t') {
                shown.append("\\t");
            } else if (character == '\\') {
                shown.append("\\\\");
            } else if (Character.isISOControl(character)) {
                shown.append("\\u%04x".formatted((int) character));
            } else {
                shown.append(character);
            }
        }
        return "\"" + Excerpt.of(shown.toString()) + "\"";
    }
}
