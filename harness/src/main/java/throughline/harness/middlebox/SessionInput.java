package throughline.harness.middlebox;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** What comes out of a TLS session. It counts as available also when it has come and is not decrypted yet. */
final class SessionInput extends FilterInputStream {
    private final CountedSocket raw;

    SessionInput(InputStream decrypted, CountedSocket raw) {
        super(decrypted);
        this.raw = raw;
    }

    @Override
    public int available() throws IOException {
        int decrypted = in.available();
        return decrypted == 0 && raw.contentWaiting() ? 1 : decrypted;
    }
}
