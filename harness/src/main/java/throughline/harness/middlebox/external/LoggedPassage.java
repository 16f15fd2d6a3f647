package throughline.harness.middlebox.external;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import throughline.harness.middlebox.Passage;
import throughline.harness.middlebox.Treatment;

/** One connection, put together from the lines of a log. What no line says stays empty or 0. */
final class LoggedPassage {
    private final int clientPort;
    private Optional<String> target = Optional.empty();
    private Treatment treatment = Treatment.OPENING;
    private final List<Integer> upstreamPorts = new ArrayList<>();
    private long fromClient;
    private long toClient;
    private long toReplica;
    private long fromReplica;
    private boolean ended;

    private LoggedPassage(int clientPort) {
        this.clientPort = clientPort;
    }

    /** Those of a log, in the order in which they are first named; the client's port tells them apart. */
    static final class Book {
        private final Map<Integer, LoggedPassage> byPort = new LinkedHashMap<>();

        LoggedPassage of(String clientPort) {
            return byPort.computeIfAbsent(Integer.valueOf(clientPort), LoggedPassage::new);
        }

        List<Passage> passages() {
            List<Passage> passages = new ArrayList<>();
            for (LoggedPassage logged : byPort.values()) {
                passages.add(logged.passage(passages.size() + 1));
            }
            return List.copyOf(passages);
        }
    }

    LoggedPassage target(String named) {
        target = named.isEmpty() || named.equals("-") ? target : Optional.of(named);
        return this;
    }

    LoggedPassage treated(Treatment seen) {
        treatment = seen;
        return this;
    }

    /** Unless more is known already. */
    LoggedPassage passed() {
        treatment = treatment == Treatment.OPENING ? Treatment.PASSED : treatment;
        return this;
    }

    /** Words that are no port, and 0, say that there was none. */
    LoggedPassage upstream(String port) {
        if (port.matches("[1-9]\\d*") && !upstreamPorts.contains(Integer.valueOf(port))) {
            upstreamPorts.add(Integer.valueOf(port));
        }
        return this;
    }

    LoggedPassage clientBytes(String read, String written) {
        fromClient += Long.parseLong(read);
        toClient += Long.parseLong(written);
        return this;
    }

    LoggedPassage replicaBytes(String written, String read) {
        toReplica += Long.parseLong(written);
        fromReplica += Long.parseLong(read);
        return this;
    }

    /** Who has not been let through by then was refused. */
    LoggedPassage ended() {
        treatment = treatment == Treatment.OPENING ? Treatment.REFUSED : treatment;
        ended = true;
        return this;
    }

    private Passage passage(long id) {
        return new Passage(
                id,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), clientPort),
                target,
                treatment,
                upstreamPorts,
                fromClient,
                toClient,
                toReplica,
                fromReplica,
                ended,
                Optional.empty());
    }
}
