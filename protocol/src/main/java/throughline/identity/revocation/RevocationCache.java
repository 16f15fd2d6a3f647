package throughline.identity.revocation;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What signed answers said, until their nextUpdate; of more than {@link #MOST} the longest unused goes. Thread-safe. */
final class RevocationCache {
    static final int MOST = 256;

    private final Map<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Entry> eldest) {
            return size() > MOST;
        }
    };

    private record Key(X509Certificate certificate, X509Certificate issuer) {}

    private record Entry(RevocationStatus status, Instant until) {}

    synchronized Optional<RevocationStatus> get(X509Certificate certificate, X509Certificate issuer, Instant now) {
        Key key = new Key(certificate, issuer);
        Optional<Entry> entry = Optional.ofNullable(entries.get(key));
        if (entry.isPresent() && !entry.get().until().isAfter(now)) {
            entries.remove(key);
            return Optional.empty();
        }
        return entry.map(Entry::status);
    }

    synchronized void put(RevocationStatus status, X509Certificate issuer, Instant until) {
        entries.put(new Key(status.certificate(), issuer), new Entry(status, until));
    }
}
