package throughline.harness.text;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Which of the accepted words somebody may have meant. */
public final class Nearest {
    private static final int MOST = 4;
    private static final int LONGEST = 80;

    private Nearest() {}

    /** The nearest first; empty where none is near. */
    public static List<String> of(String given, List<String> accepted) {
        String word = given.substring(0, Math.min(given.length(), LONGEST))
                .toLowerCase(Locale.ROOT)
                .replace('_', '-');
        return accepted.stream()
                .filter(candidate -> near(word, candidate))
                .sorted(Comparator.comparingInt(candidate -> distance(word, candidate)))
                .limit(MOST)
                .toList();
    }

    private static boolean near(String word, String candidate) {
        boolean within = word.length() > 2 && (candidate.contains(word) || word.contains(candidate));
        return within || distance(word, candidate) <= candidate.length() / 3;
    }

    /** How many letters have to be changed, put in or taken out (Levenshtein). */
    private static int distance(String one, String other) {
        int[] above = IntStream.rangeClosed(0, other.length()).toArray();
        for (int i = 1; i <= one.length(); i++) {
            int[] row = new int[other.length() + 1];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int changed = above[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(changed, 1 + Math.min(row[j - 1], above[j]));
            }
            above = row;
        }
        return above[other.length()];
    }
}
