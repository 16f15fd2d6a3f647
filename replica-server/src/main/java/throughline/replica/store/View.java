package throughline.replica.store;

import java.util.List;
import throughline.protocol.RefusedException;

/** A reader's copy of a disk's extents, see {@link Views}. Whoever opened it closes it. */
record View(Index index, long reader) implements AutoCloseable {

    /** Extents of a layer, as many as are asked for, from a place on the disk on. */
    List<Extent> page(int layer, long from, int most) throws RefusedException {
        return index.page(reader, layer, from, most);
    }

    @Override
    public void close() throws RefusedException {
        index.forget(reader);
    }
}
