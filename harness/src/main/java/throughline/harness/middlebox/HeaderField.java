package throughline.harness.middlebox;

/** A header field that a box adds. */
public record HeaderField(String name, String value) {
    public HeaderField {
        if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+") || !value.matches("[\\x20-\\x7e]*")) {
            throw new IllegalArgumentException(
                    "header \"" + name + ": " + value + "\"; accepted are a token and a text");
        }
    }
}
