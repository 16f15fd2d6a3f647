package throughline.harness.middlebox;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import throughline.identity.TlsContexts;

/** ClientHellos as JSSE makes them, as bytes. */
final class Hellos {
    private static final int HEADER = 5;

    private Hellos() {}

    /** One record. JSSE names no server when the host has no dot. */
    static byte[] of(String host) throws SSLException {
        SSLEngine engine = TlsContexts.context(Pki.laboratory().trustManager()).createSSLEngine(host, 443);
        engine.setUseClientMode(true);
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);
        return Arrays.copyOf(hello.array(), hello.position());
    }

    /** The same handshake message in records of at most so many bytes (RFC 8446, 5.1). */
    static byte[] inRecordsOf(int size, byte[] oneRecord) {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        for (int from = HEADER; from < oneRecord.length; from += size) {
            int length = Math.min(size, oneRecord.length - from);
            records.write(oneRecord, 0, HEADER - 2);
            records.write(length >> 8);
            records.write(length);
            records.write(oneRecord, from, length);
        }
        return records.toByteArray();
    }
}
