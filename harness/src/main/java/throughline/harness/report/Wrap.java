package throughline.harness.report;

import java.util.ArrayList;
import java.util.List;

/** Text in lines of bounded width. */
final class Wrap {
    private Wrap() {}

    /** Words in lines of at most {@code width}; a longer word has a line of its own. Line feeds in the text are kept. */
    static List<String> words(String text, int width) {
        List<String> lines = new ArrayList<>();
        for (String paragraph : text.split("\n", -1)) {
            StringBuilder line = new StringBuilder();
            for (String word : paragraph.split(" ", -1)) {
                if (line.length() > 0 && line.length() + 1 + word.length() > width) {
                    lines.add(line.toString());
                    line.setLength(0);
                }
                line.append(line.length() > 0 ? " " : "").append(word);
            }
            lines.add(line.toString());
        }
        return lines;
    }

    /** The lines of {@link #words}, each behind the indent. */
    static String indented(String text, String indent, int width) {
        StringBuilder block = new StringBuilder();
        words(text, width - indent.length())
                .forEach(line -> block.append(indent).append(line).append('\n'));
        return block.toString();
    }
}
