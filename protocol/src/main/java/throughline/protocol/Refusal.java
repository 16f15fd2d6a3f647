package throughline.protocol;

/**
 * A replica's refusal, an RFC 9457 problem.
 *
 * @param type from {@link RefusalReason#type()}
 * @param title from {@link RefusalReason#title()}
 * @param status the HTTP status, repeated
 * @param detail one sentence about this occurrence: what was received and what is accepted
 */
public record Refusal(String type, String title, int status, String detail) {

    public static Refusal of(RefusalReason reason, String detail) {
        return new Refusal(reason.type(), reason.title(), reason.status(), detail);
    }
}
