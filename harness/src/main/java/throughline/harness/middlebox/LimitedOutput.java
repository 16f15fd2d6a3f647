package throughline.harness.middlebox;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Takes so many bytes of a body, framing included, and no more. */
final class LimitedOutput extends FilterOutputStream {
    /** RFC 9110, 15.5.14. */
    static final int STATUS = 413;

    private final long most;
    private long written;

    LimitedOutput(OutputStream out, long most) {
        super(out);
        this.most = most;
    }

    /** @throws BadRequestException when so many more would be too many */
    void require(long more) throws BadRequestException {
        if (more > most - written) {
            throw new BadRequestException(STATUS, "the body is longer than " + most + " bytes");
        }
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        require(length);
        out.write(bytes, offset, length);
        written += length;
    }
}
