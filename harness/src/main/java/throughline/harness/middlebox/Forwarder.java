package throughline.harness.middlebox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Passes the bytes of many connections both ways on one thread. What it costs when nothing comes is two sockets: a buffer is
 * held only by a direction whose receiver does not keep up.
 */
final class Forwarder {
    private static final int CHUNK = 256 << 10;

    /** When so many directions hold a buffer, a piece is small, so that all of them together stay small. */
    private static final int MOST_LARGE = 64;

    private static final int SMALL = 16 << 10;
    private static final int KEPT = 4;
    private static final int READS_IN_A_ROW = 4;

    private final String name;
    private final Queue<Joint> arriving = new ConcurrentLinkedQueue<>();
    private final Set<Joint> joints = new HashSet<>();
    private final Deque<ByteBuffer> free = new ArrayDeque<>();
    private @Nullable Selector selector;
    private @Nullable Thread thread;
    private boolean closed;
    private int held;

    Forwarder(String name) {
        this.name = name;
    }

    /** Goes on with a connection whose ends are both connected, and ends it when both directions have ended. */
    void take(Crossing crossing, CountedSocket replica) throws IOException {
        CountedSocket client = crossing.client();
        Joint joint = new Joint(crossing, client, replica);
        client.channel().configureBlocking(false);
        replica.channel().configureBlocking(false);
        Selector running = running();
        arriving.add(joint);
        running.wakeup();
    }

    private synchronized Selector running() throws IOException {
        if (closed) {
            throw new IOException("the box was closed");
        }
        if (selector == null) {
            Selector opened = Selector.open();
            thread = new Thread(() -> run(opened), name);
            thread.setDaemon(true);
            thread.start();
            selector = opened;
        }
        return selector;
    }

    /** Ends every connection; no thread is left. */
    void close() {
        Thread running;
        synchronized (this) {
            closed = true;
            running = thread;
            if (selector != null) {
                selector.wakeup();
            }
        }
        if (running != null) {
            Crossing.await(running);
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private void run(Selector open) {
        try (open) {
            while (!isClosed()) {
                open.select();
                for (Joint joint = arriving.poll(); joint != null; joint = arriving.poll()) {
                    joint.join(open);
                }
                for (SelectionKey key : open.selectedKeys()) {
                    ((Joint) key.attachment()).progress(key);
                }
                open.selectedKeys().clear();
            }
        } catch (IOException | ClosedSelectorException failed) {
            joints.forEach(joint -> joint.crossing.note("the box failed: " + failed.getMessage()));
        } finally {
            endAll();
        }
    }

    private void endAll() {
        List<Joint> left = new ArrayList<>(joints);
        left.addAll(arriving);
        left.forEach(Joint::end);
    }

    private ByteBuffer borrow() {
        ByteBuffer kept = free.poll();
        ByteBuffer buffer = kept == null ? ByteBuffer.allocateDirect(CHUNK) : kept;
        return buffer.clear().limit(held < MOST_LARGE ? CHUNK : SMALL);
    }

    private void giveBack(ByteBuffer buffer) {
        if (buffer.capacity() == CHUNK && free.size() < KEPT) {
            free.push(buffer);
        }
    }

    /** Both directions of one connection. */
    private final class Joint {
        private final Crossing crossing;
        private final Lane up;
        private final Lane down;

        Joint(Crossing crossing, CountedSocket client, CountedSocket replica) {
            this.crossing = crossing;
            this.up = new Lane(client, replica, "from the client to the replica");
            this.down = new Lane(replica, client, "from the replica to the client");
            byte[] opening = client.takeUnread();
            if (opening.length > 0) {
                up.waiting = ByteBuffer.wrap(opening);
            }
        }

        void join(Selector open) {
            joints.add(this);
            try {
                up.from.channel().register(open, 0, this);
                up.to.channel().register(open, 0, this);
                if (up.waiting != null) {
                    held++;
                    up.flush();
                }
                show(open);
            } catch (IOException broken) {
                fail(up, broken);
            }
        }

        void progress(SelectionKey key) {
            Lane coming = key.channel() == up.from.channel() ? up : down;
            Lane going = coming == up ? down : up;
            Lane current = coming;
            try {
                if (key.isValid() && key.isWritable()) {
                    current = going;
                    going.flush();
                }
                if (key.isValid() && key.isReadable()) {
                    current = coming;
                    coming.read();
                }
                if (up.finished && down.finished) {
                    end();
                } else {
                    show(key.selector());
                }
            } catch (IOException broken) {
                fail(current, broken);
            } catch (CancelledKeyException cut) {
                end();
            }
        }

        private void show(Selector open) {
            show(open, up.from, up, down);
            show(open, up.to, down, up);
        }

        private void show(Selector open, CountedSocket end, Lane coming, Lane going) {
            int read = coming.ended || coming.waiting != null ? 0 : SelectionKey.OP_READ;
            int write = going.waiting == null ? 0 : SelectionKey.OP_WRITE;
            SelectionKey key = end.channel().keyFor(open);
            if (key != null && key.isValid() && key.interestOps() != (read | write)) {
                key.interestOps(read | write);
            }
        }

        private void fail(Lane lane, IOException broken) {
            // An end that has finished may close at once and let what still comes bounce; that is no failure.
            if (!up.ended && !down.ended) {
                crossing.note("broken " + lane.direction + ": " + broken.getMessage());
            }
            end();
        }

        private void end() {
            joints.remove(this);
            up.release();
            down.release();
            crossing.end();
        }
    }

    /** One direction. */
    private final class Lane {
        private final CountedSocket from;
        private final CountedSocket to;
        private final String direction;
        private @Nullable ByteBuffer waiting;
        private boolean ended;
        private boolean finished;

        Lane(CountedSocket from, CountedSocket to, String direction) {
            this.from = from;
            this.to = to;
            this.direction = direction;
        }

        void read() throws IOException {
            for (int i = 0; i < READS_IN_A_ROW && waiting == null && !ended; i++) {
                ByteBuffer buffer = borrow();
                int count = from.channel().read(buffer);
                if (count <= 0) {
                    giveBack(buffer);
                    ended = count < 0;
                    break;
                }
                from.countReceived(count);
                boolean full = !buffer.hasRemaining();
                write(buffer.flip());
                if (!full) {
                    break;
                }
            }
            finishWhenEnded();
        }

        void flush() throws IOException {
            ByteBuffer left = waiting;
            if (left != null) {
                to.countSent(to.channel().write(left));
                if (!left.hasRemaining()) {
                    release();
                }
            }
            finishWhenEnded();
        }

        private void write(ByteBuffer buffer) throws IOException {
            to.countSent(to.channel().write(buffer));
            if (!buffer.hasRemaining()) {
                giveBack(buffer);
                return;
            }
            held++;
            if (held <= MOST_LARGE) {
                waiting = buffer;
            } else {
                waiting = ByteBuffer.allocate(buffer.remaining()).put(buffer).flip();
                giveBack(buffer);
            }
        }

        private void finishWhenEnded() throws IOException {
            if (ended && waiting == null && !finished) {
                finished = true;
                to.channel().shutdownOutput();
            }
        }

        private void release() {
            if (waiting != null) {
                held--;
                giveBack(waiting);
                waiting = null;
            }
        }
    }
}
