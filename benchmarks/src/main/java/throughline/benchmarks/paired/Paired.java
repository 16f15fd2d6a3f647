package throughline.benchmarks.paired;

import java.util.Locale;

/** Two ways to do the same, in turn. */
final class Paired {
    private Paired() {}

    /** Does it once, and says how many seconds that took. */
    interface Side {
        double seconds(int round) throws Exception;
    }

    /** The line of a table about it. The ratio is that of the medians, other by ours. */
    record Row(String what, String ours, String other, double ratio, double target, String load) {
        static final String HEAD = """
                | what | ours, s: median (min to max) | other, s | ratio | target | | load |
                | --- | --- | --- | --- | --- | --- | --- |""";

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %.2f | %.2f | %s | %s |",
                    what,
                    ours,
                    other,
                    ratio,
                    target,
                    ratio >= target ? "met" : "NOT met",
                    load);
        }
    }

    /** Who comes first changes with each round: whatever else the machine does meets both. */
    static Row run(String what, double target, Settings settings, Side ours, Side other) throws Exception {
        Figures one = new Figures();
        Figures two = new Figures();
        double before = Figures.load();
        for (int round = -settings.warmUp(); round < settings.rounds(); round++) {
            boolean oursFirst = Math.floorMod(round, 2) == 0;
            double first = (oursFirst ? ours : other).seconds(round);
            double second = (oursFirst ? other : ours).seconds(round);
            double a = oursFirst ? first : second;
            double b = oursFirst ? second : first;
            Benchmarks.say("  %s %d: ours %.3f s, other %.3f s", round < 0 ? "warm-up" : "round", round, a, b);
            if (round >= 0) {
                one.add(a);
                two.add(b);
            }
        }
        String load = String.format(Locale.ROOT, "%.1f to %.1f", before, Figures.load());
        return new Row(what, one.toString(), two.toString(), two.median() / one.median(), target, load);
    }
}
