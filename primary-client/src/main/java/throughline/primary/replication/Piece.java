package throughline.primary.replication;

/**
 * A run of bytes of one disk that is to be sent.
 *
 * @param disk its place in the machine's declaration
 */
record Piece(int disk, long offset, long length) {
    Piece from(long start) {
        return new Piece(disk, start, offset + length - start);
    }

    Piece until(long end) {
        return new Piece(disk, offset, end - offset);
    }

    long end() {
        return offset + length;
    }
}
