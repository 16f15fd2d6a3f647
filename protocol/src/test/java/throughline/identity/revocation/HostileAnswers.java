package throughline.identity.revocation;

/** What {@link RevocationCheck} owes to bytes from a stranger, whatever they are. */
final class HostileAnswers {
    /** Of twelve clauses with an address and a reason of 200 characters each, and some words. */
    private static final int LONGEST_SENTENCE = 6000;

    private HostileAnswers() {}

    static void isOneSentence(RevocationStatus status) {
        String text = status.text();
        if (text.length() > LONGEST_SENTENCE || text.chars().anyMatch(Character::isISOControl)) {
            throw new AssertionError("Longer than " + LONGEST_SENTENCE + ", or with a control character: " + text);
        }
    }
}
