package throughline.replica.store;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import throughline.protocol.RefusedException;

/** Reads a disk, or a part of it, from front to back as it was at one moment. Not thread-safe; whoever opened it closes it. */
final class DiskContent implements AutoCloseable {
    private final View view;
    private final BlockFiles blocks;
    private final List<Integer> retained;
    private final FrameReader frames;
    private final Layer committed = new Layer(Extents.COMMITTED);
    private final Layer pending = new Layer(Extents.PENDING);
    private boolean closed;

    private DiskContent(View view, BlockFiles blocks, List<Integer> retained) {
        this.view = view;
        this.blocks = blocks;
        this.retained = retained;
        this.frames = new FrameReader(blocks);
    }

    static DiskContent open(Index index, BlockFiles blocks, Views.Range range) throws RefusedException {
        @SuppressWarnings({"unchecked", "rawtypes"}) // a place for what the index names
        List<Integer>[] retained = new List[1];
        View view = index.view(range, files -> {
            blocks.retain(files);
            retained[0] = files;
        });
        return new DiskContent(view, blocks, retained[0]);
    }

    /** How far the disk holds zeros from a place on; that place where it does not. */
    long zerosUpTo(long place, long end) throws RefusedException {
        Extent extent = at(place, end);
        long at = place;
        while (extent.file() == Extent.ZEROS && at < end) {
            at = extent.end();
            extent = at < end ? at(at, end) : extent;
        }
        return at;
    }

    /** Reads what is from a place on; places are asked for in ascending order. */
    void read(long place, byte[] target, int start, int length) throws RefusedException {
        long at = place;
        int done = 0;
        while (done < length) {
            Extent extent = at(at, place + length);
            int count = (int) (extent.end() - at);
            if (extent.file() == Extent.ZEROS) {
                Arrays.fill(target, start + done, start + done + count, (byte) 0);
            } else {
                ByteBuffer frame = frames.frame(extent);
                frame.duplicate().position(extent.skip()).get(target, start + done, count);
            }
            done += count;
            at += count;
        }
    }

    @Override
    public void close() throws RefusedException {
        if (!closed) {
            closed = true;
            frames.close();
            try {
                view.close();
            } finally {
                blocks.release(retained);
            }
        }
    }

    /** What counts at a place, from there on, up to the end at most. */
    private Extent at(long place, long end) throws RefusedException {
        Extent over = pending.next(place);
        if (over != null && over.offset() <= place) {
            return cut(over, place, end);
        }
        long limit = over == null ? end : Math.min(end, over.offset());
        Extent under = committed.next(place);
        if (under != null && under.offset() <= place) {
            return cut(under, place, limit);
        }
        return Extent.zeros(place, (under == null ? limit : Math.min(limit, under.offset())) - place);
    }

    private static Extent cut(Extent extent, long from, long to) {
        Extent rest = extent.from(from);
        return rest.end() > to ? rest.upTo(to) : rest;
    }

    /** The extents of one layer, a page at a time. */
    private final class Layer {
        private static final int PAGE = 256;

        private final int layer;
        private List<Extent> page = List.of();
        private int current;
        private long next;
        private boolean last;

        Layer(int layer) {
            this.layer = layer;
        }

        /** The first extent that ends behind a place. */
        @Nullable
        Extent next(long place) throws RefusedException {
            while (true) {
                while (current < page.size()) {
                    Extent extent = page.get(current);
                    if (extent.end() > place) {
                        return extent;
                    }
                    current++;
                }
                if (last) {
                    return null;
                }
                page = view.page(layer, next, PAGE);
                current = 0;
                last = page.size() < PAGE;
                next = page.isEmpty() ? next : page.get(page.size() - 1).offset() + 1;
            }
        }
    }
}
