package throughline.identity;

import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/** The {@code tls-exporter} channel binding of RFC 9266: a value that the two ends of one TLS session share alone. */
public final class TlsExporter {
    private static final String LABEL = "EXPORTER-Channel-Binding";
    private static final int LENGTH = 32;
    private static final Optional<MethodHandle> EXPORT = exportKeyingMaterialData();

    private TlsExporter() {}

    /**
     * The 32 bytes for the session of a finished handshake; resumed sessions have their own value. Empty on Java below
     * 25, and for sessions that RFC 9266 leaves out: TLS 1.2 without extended master secret, and anything older.
     */
    public static Optional<byte[]> channelBinding(SSLSession session) {
        return session instanceof ExtendedSSLSession extended
                ? EXPORT.flatMap(export -> invoke(export, extended))
                : Optional.empty();
    }

    private static Optional<byte[]> invoke(MethodHandle export, ExtendedSSLSession session) {
        try {
            // RFC 9266, 2: a context of zero length, which is not the same as none under TLS 1.2 (RFC 5705, 4).
            return Optional.of((byte[]) export.invokeExact(session, LABEL, new byte[0], LENGTH));
        } catch (SSLException | RuntimeException unavailable) {
            return Optional.empty();
        } catch (Error error) {
            throw error;
        } catch (Throwable undeclared) {
            throw new IllegalStateException("The exporter threw what it does not declare.", undeclared);
        }
    }

    private static Optional<MethodHandle> exportKeyingMaterialData() {
        try {
            return Optional.of(MethodHandles.publicLookup()
                    .findVirtual(
                            ExtendedSSLSession.class,
                            "exportKeyingMaterialData",
                            methodType(byte[].class, String.class, byte[].class, int.class)));
        } catch (NoSuchMethodException | IllegalAccessException olderThan25) {
            return Optional.empty();
        }
    }
}
