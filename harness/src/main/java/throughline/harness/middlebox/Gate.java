package throughline.harness.middlebox;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import throughline.harness.middlebox.Adversity.Direction;
import throughline.harness.middlebox.Adversity.Step;

/** One direction of one connection: counts what passes and does at the right byte what was ordered. For one thread at a time. */
final class Gate {
    /** More than any handshake sends, less than a slice of an image. */
    private static final long MID_BODY = 128 << 10;

    /** Nobody waits for longer than this for a box that has fallen silent. */
    private static final Duration LONGEST_STALL = Duration.ofMinutes(10);

    /** With a rate, a piece is what passes in this part of a second. */
    private static final long PIECES_PER_SECOND = 20;

    private final Crossing crossing;
    private final List<Adversity> faults;
    private long passed;
    private boolean ended;

    Gate(Crossing crossing, Direction direction, List<Adversity> adversities) {
        this.crossing = crossing;
        this.faults =
                adversities.stream().filter(one -> concerns(one, direction)).toList();
    }

    static boolean concerns(Adversity adversity, Direction way) {
        return adversity instanceof Adversity.Slow || (at(adversity) >= 0 && way(adversity) == way);
    }

    /**
     * How many of the wanted bytes may come through now; -1 when this direction has ended.
     *
     * @throws IOException when the connection has
     */
    int room(int wanted) throws IOException {
        long room = wanted;
        for (Adversity fault : faults) {
            long at = at(fault);
            if (at == passed && !(fault instanceof Adversity.FlipByte) && !ended) {
                strike(fault);
            } else if (at > passed) {
                room = Math.min(room, at - passed);
            }
            if (fault instanceof Adversity.Slow slow && slow.bytesPerSecond() > 0) {
                room = Math.min(room, Math.max(1, slow.bytesPerSecond() / PIECES_PER_SECOND));
            }
        }
        return ended ? -1 : (int) room;
    }

    /** These bytes come through: late, or changed. */
    void pass(byte[] bytes, int offset, int length) throws IOException {
        for (Adversity fault : faults) {
            if (fault instanceof Adversity.FlipByte flip
                    && flip.offset() >= passed
                    && flip.offset() < passed + length) {
                bytes[offset + (int) (flip.offset() - passed)] ^= 1;
                crossing.note("adversity " + flip);
            }
            if (fault instanceof Adversity.Slow slow) {
                hold(slow, length);
            }
        }
        passed += length;
        for (Adversity fault : faults) {
            if (fault instanceof Adversity.SendAlert alert && alert.step() == Step.CLIENT_HELLO) {
                strike(alert);
            }
        }
    }

    private void hold(Adversity.Slow slow, int length) throws IOException {
        long jitter = slow.jitter().toNanos();
        long nanos = slow.latency().toNanos()
                + (jitter == 0 ? 0 : ThreadLocalRandom.current().nextLong(-jitter, jitter + 1))
                + (slow.bytesPerSecond() == 0 ? 0 : 1_000_000_000L * length / slow.bytesPerSecond());
        if (nanos > 0 && crossing.overWithin(Duration.ofNanos(nanos))) {
            throw new IOException("the connection ended while it was slow");
        }
    }

    private void strike(Adversity fault) throws IOException {
        crossing.note("adversity " + fault);
        if (fault instanceof Adversity.HalfClose) {
            ended = true;
            crossing.oweFarewell();
            return;
        }
        if (fault instanceof Adversity.Stall) {
            crossing.overWithin(LONGEST_STALL);
            crossing.cut();
        } else if (fault instanceof Adversity.Reset) {
            crossing.reset();
        } else if (fault instanceof Adversity.SendAlert alert) {
            crossing.alert(alert.code());
            crossing.part();
        } else {
            crossing.part();
        }
        throw new IOException("adversity " + fault);
    }

    /** The byte before which it happens; -1 for what does not depend on one. */
    private static long at(Adversity adversity) {
        if (adversity instanceof Adversity.Cut cut) {
            return cut.after();
        }
        if (adversity instanceof Adversity.HalfClose half) {
            return half.after();
        }
        if (adversity instanceof Adversity.Reset reset) {
            return reset.after();
        }
        if (adversity instanceof Adversity.FlipByte flip) {
            return flip.offset();
        }
        if (adversity instanceof Adversity.Stall stall) {
            return switch (stall.step()) {
                case CLIENT_HELLO, CERTIFICATE_REQUEST -> 0;
                case MID_BODY -> MID_BODY;
                case CONNECT, LAST_BYTE -> -1;
            };
        }
        if (adversity instanceof Adversity.SendAlert alert) {
            // The hello has to be read before it is answered: one byte of it is enough to know that it comes.
            return alert.step() == Step.CERTIFICATE_REQUEST ? 0 : Long.MAX_VALUE;
        }
        return -1;
    }

    private static Direction way(Adversity adversity) {
        if (adversity instanceof Adversity.Cut cut) {
            return cut.direction();
        }
        if (adversity instanceof Adversity.HalfClose half) {
            return half.direction();
        }
        if (adversity instanceof Adversity.Reset reset) {
            return reset.direction();
        }
        if (adversity instanceof Adversity.FlipByte flip) {
            return flip.direction();
        }
        boolean first = adversity.equals(new Adversity.Stall(Step.CERTIFICATE_REQUEST))
                || (adversity instanceof Adversity.SendAlert alert && alert.step() == Step.CERTIFICATE_REQUEST);
        return first ? Direction.TO_CLIENT : Direction.TO_REPLICA;
    }
}
