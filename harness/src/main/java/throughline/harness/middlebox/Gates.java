package throughline.harness.middlebox;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import throughline.harness.middlebox.Adversity.Direction;

/** Both directions of one connection, with the faults that were ordered for its bytes. */
final class Gates {
    private final Crossing crossing;
    private final Gate toReplica;
    private final Gate toClient;
    private volatile long lastByte = System.nanoTime();

    Gates(Crossing crossing, List<Adversity> adversities) {
        this.crossing = crossing;
        this.toReplica = new Gate(crossing, Direction.TO_REPLICA, adversities);
        this.toClient = new Gate(crossing, Direction.TO_CLIENT, adversities);
    }

    /** Whether any of these concerns bytes, so that gates are needed. */
    static boolean concern(List<Adversity> adversities) {
        return adversities.stream()
                .anyMatch(one -> Gate.concerns(one, Direction.TO_REPLICA)
                        || Gate.concerns(one, Direction.TO_CLIENT)
                        || one instanceof Adversity.IdleTimeout);
    }

    InputStream fromClient(InputStream in) {
        return new GatedInput(in);
    }

    OutputStream toClient(OutputStream out) {
        return new GatedOutput(out);
    }

    /** Begins to watch for idleness, where that was ordered. */
    void watch(List<Adversity> adversities) {
        adversities.stream()
                .filter(Adversity.IdleTimeout.class::isInstance)
                .map(Adversity.IdleTimeout.class::cast)
                .findFirst()
                .ifPresent(idle -> crossing.beside("idle", () -> cutWhenIdle(idle)));
    }

    private void cutWhenIdle(Adversity.IdleTimeout idle) {
        long limit = idle.limit().toNanos();
        for (long left = limit; left > 0; left = lastByte + limit - System.nanoTime()) {
            if (crossing.overWithin(Duration.ofNanos(left))) {
                return;
            }
        }
        crossing.note("adversity " + idle);
        crossing.part();
        crossing.cutAfterFarewell();
    }

    private final class GatedInput extends FilterInputStream {
        GatedInput(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int room = toReplica.room(length);
            if (room < 0) {
                return -1;
            }
            int count = in.read(bytes, offset, room);
            if (count > 0) {
                lastByte = System.nanoTime();
                toReplica.pass(bytes, offset, count);
            }
            return count;
        }
    }

    private final class GatedOutput extends FilterOutputStream {
        GatedOutput(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int done = 0; done < length; ) {
                int room = toClient.room(length - done);
                if (room < 0) {
                    crossing.endStreamToClient();
                    return;
                }
                byte[] piece = Arrays.copyOfRange(bytes, offset + done, offset + done + room);
                toClient.pass(piece, 0, room);
                out.write(piece, 0, room);
                lastByte = System.nanoTime();
                done += room;
            }
            // So that a fault behind the last byte does not wait for another one.
            if (toClient.room(1) < 0) {
                crossing.endStreamToClient();
            }
        }
    }
}
