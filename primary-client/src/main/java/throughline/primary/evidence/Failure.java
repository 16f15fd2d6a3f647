package throughline.primary.evidence;

/**
 * A failure as evidence.
 *
 * @param text the library's own words, one line, control characters removed, at most 300 characters: for people, never
 *     for rules
 */
public record Failure(FailureKind kind, String text) {}
