package throughline.harness.middlebox;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes until that fails once, and from then on takes everything without passing it on. Whoever writes requests to a replica
 * that has hung up must go on reading the client, or the answer about it cannot arrive; why it hung up is known where the
 * answers are read.
 */
final class TolerantOutput extends OutputStream {
    private final OutputStream out;
    private boolean broken;

    TolerantOutput(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        try {
            if (!broken) {
                out.write(bytes, offset, length);
            }
        } catch (IOException hungUp) {
            broken = true;
        }
    }

    @Override
    public void flush() {
        try {
            if (!broken) {
                out.flush();
            }
        } catch (IOException hungUp) {
            broken = true;
        }
    }
}
