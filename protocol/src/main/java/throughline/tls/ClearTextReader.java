package throughline.tls;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads one direction of a TLS connection for as long as it is in the clear: feed it what arrives, in pieces of any size, and
 * it gives back each hello and alert as soon as it is complete. Which end it listens to is told by the first hello.
 *
 * <p>It looks at the first 64 KiB at most and remembers at most 80 KiB. No bytes, however hostile, make it throw. Not
 * thread-safe.
 */
public final class ClearTextReader {
    private static final int MOST_READ = 64 * 1024;
    private static final int MOST_KEPT = 80 * 1024;

    private final GrowingBytes kept = new GrowingBytes();
    private final Direction direction = new Direction();
    private int position;
    private boolean done;

    public ClearTextReader() {}

    /**
     * Takes the bytes between position and limit, and leaves both where they are.
     *
     * @return the messages that these bytes completed, in wire order; a {@link Malformed} or {@link NotTls} is the last
     */
    public List<TlsMessage> feed(ByteBuffer bytes) {
        if (done) {
            return List.of();
        }
        kept.append(bytes.duplicate(), Math.min(bytes.remaining(), MOST_KEPT - kept.length()));
        List<TlsMessage> messages = new ArrayList<>();
        try {
            readRecords(messages);
        } catch (Undecodable undecodable) {
            done = true;
            messages.add(new Malformed("Record at byte " + position + ": " + undecodable.getMessage() + "."));
        }
        return List.copyOf(messages);
    }

    /** The same for a part of an array. */
    public List<TlsMessage> feed(byte[] bytes, int offset, int length) {
        return feed(ByteBuffer.wrap(bytes, offset, length));
    }

    /**
     * Whether nothing more will come: encryption began, the bytes are not TLS or malformed, or 64 KiB were read. From then on
     * bytes are ignored and not kept. An alert alone does not end the reading.
     */
    public boolean done() {
        return done;
    }

    /**
     * Every byte fed until {@link #done()}, with all bytes of the call that made it so: what a relay still has to forward, or
     * a TLS engine has to be given first. Limited to 80 KiB, which is enough as long as no call feeds more than 16 KiB.
     */
    public byte[] kept() {
        return kept.copy();
    }

    private void readRecords(List<TlsMessage> messages) throws Undecodable {
        byte[] bytes = kept.array();
        int arrived = Math.min(kept.length(), MOST_READ);
        if (RecordHeader.isRuledOut(bytes, arrived)) {
            done = true;
            messages.add(NotTls.of(bytes, kept.length()));
        }
        while (!done && arrived - position >= RecordHeader.LENGTH) {
            RecordHeader header = RecordHeader.read(bytes, position);
            int end = position + RecordHeader.LENGTH + header.length();
            if (end > arrived && header.type() != ContentType.APPLICATION_DATA) {
                break;
            }
            direction.record(header, bytes, position + RecordHeader.LENGTH, messages);
            position = end;
            done = direction.encrypted();
        }
        if (!done && arrived == MOST_READ) {
            giveUp();
        }
    }

    private void giveUp() throws Undecodable {
        done = true;
        if (!direction.helloSeen()) {
            throw new Undecodable("no whole hello within " + MOST_READ + " bytes", "one that ends before");
        }
    }
}
