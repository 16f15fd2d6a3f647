package throughline.replica.store;

/**
 * Where the bytes of a run of a disk are: a part of a frame, whose place and checksum stay known however much of it counts.
 *
 * @param offset on the disk
 * @param length of the run
 * @param file the block file's number, 0 for zeros
 * @param position of the frame in the file
 * @param skip how many bytes of the frame lie before the run
 * @param frameLength of the whole frame
 * @param checksum CRC32C of the whole frame
 */
record Extent(long offset, long length, int file, long position, int skip, int frameLength, int checksum) {
    /** The number of no file. */
    static final int ZEROS = 0;

    static Extent zeros(long offset, long length) {
        return new Extent(offset, length, ZEROS, 0, 0, 0, 0);
    }

    long end() {
        return offset + length;
    }

    /** What of it lies before a place on the disk. */
    Extent upTo(long place) {
        return new Extent(offset, place - offset, file, position, skip, frameLength, checksum);
    }

    /** What of it lies from a place on the disk on. */
    Extent from(long place) {
        int moved = file == ZEROS ? 0 : Math.toIntExact(skip + (place - offset));
        return new Extent(place, end() - place, file, position, moved, frameLength, checksum);
    }
}
