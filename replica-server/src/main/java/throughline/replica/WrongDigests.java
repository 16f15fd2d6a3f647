package throughline.replica;

import throughline.protocol.replication.Receipt;
import throughline.protocol.replication.SliceReceipt;

/** Answers as they are not. */
final class WrongDigests {
    private WrongDigests() {}

    /** The answer with one bit of its first digest turned over; another answer as it is. */
    static Answer in(Answer answer) {
        return new Answer(answer.status(), answer.mediaType(), in(answer.message()), answer.refusal());
    }

    private static Object in(Object message) {
        if (message instanceof Receipt right) {
            return new Receipt(
                    right.machine(),
                    right.epoch(),
                    right.sequence(),
                    turned(right.digest()),
                    right.slices(),
                    right.blocks(),
                    right.bytes());
        }
        if (message instanceof SliceReceipt right) {
            return new SliceReceipt(
                    right.machine(),
                    right.epoch(),
                    right.sequence(),
                    right.slice(),
                    turned(right.digest()),
                    right.blocks(),
                    right.bytes());
        }
        if (message instanceof byte[] digests && digests.length > 0) {
            byte[] wrong = digests.clone();
            wrong[0] ^= 1;
            return wrong;
        }
        return message;
    }

    private static String turned(String hex) {
        return Character.forDigit(Character.digit(hex.charAt(0), 16) ^ 1, 16) + hex.substring(1);
    }
}
