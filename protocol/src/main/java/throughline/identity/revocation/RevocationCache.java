package throughline.identity.revocation;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What signed answers said, until their nextUpdate; of more than {@link #MOST} the longest unused goes. Thread-safe. */
final class RevocationCache {
    static final int MOST = 256;

    private final Map<Key, Kept> entries = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Kept> eldest) {
            return size() > MOST;
        }
    };

    private record Key(X509Certificate certificate, X509Certificate issuer) {}

    private record Kept(RevocationStatus status, Instant until) {}

    synchronized Optional<RevocationStatus> get(X509Certificate certificate, X509Certificate issuer, Instant now) {
        Key key = new Key(certificate, issuer);
        Optional<Kept> kept = Optional.ofNullable(entries.get(key));
        if (kept.isPresent() && !kept.get().until().isAfter(now)) {
            entries.remove(key);
            return Optional.empty();
        }
        return kept.map(Kept::status);
    }

    synchronized void put(RevocationStatus status, X509Certificate issuer, Instant until) {
        entries.put(new Key(status.certificate(), issuer), new Kept(status, until));
    }
}
