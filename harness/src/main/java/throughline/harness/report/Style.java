package throughline.harness.report;

/** Emphasis on a terminal that shows it; plain text everywhere else. */
public enum Style {
    PLAIN,
    COLOURED;

    public String good(String text) {
        return wrapped("32", text);
    }

    public String bad(String text) {
        return wrapped("31", text);
    }

    public String bold(String text) {
        return wrapped("1", text);
    }

    public String faint(String text) {
        return wrapped("2", text);
    }

    private String wrapped(String code, String text) {
        return this == PLAIN ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
    }
}
