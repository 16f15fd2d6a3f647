package throughline.harness.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import throughline.harness.middlebox.Middlebox;
import throughline.harness.middlebox.Passage;
import throughline.harness.middlebox.Treatment;
import throughline.harness.topology.Hop;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.PathEvidence.Connected;
import throughline.protocol.ConnectionView;
import throughline.protocol.replication.Receipt;

/**
 * Whether the traffic took the way that the topology describes, by ports and byte counters: every connection of the
 * primary is one that the first box (or the replica) accepted, every connection of a box is one that the next one
 * accepted, no other reached the replica, and content that arrived was carried by each box.
 *
 * @param problems empty when it did
 */
public record PathCheck(List<String> problems) {
    private static final Duration COUNTED_WITHIN = Duration.ofSeconds(3);

    public boolean held() {
        return problems.isEmpty();
    }

    static PathCheck of(Testbed bed, CaseFile file, Optional<Receipt> receipt) {
        // A box counts a byte just after it has passed it on.
        Await.until(
                COUNTED_WITHIN,
                () -> bed.closed() || problems(bed, file, receipt).isEmpty());
        return new PathCheck(problems(bed, file, receipt));
    }

    private static List<String> problems(Testbed bed, CaseFile file, Optional<Receipt> receipt) {
        List<String> problems = new ArrayList<>();
        Set<Integer> arriving = file.evidence().stream()
                .filter(Connected.class::isInstance)
                .map(piece -> ((Connected) piece).localPort())
                .collect(Collectors.toSet());
        Iterator<Hop> hops = bed.cell().topology().hops().iterator();
        for (Middlebox box : bed.middleboxes()) {
            List<Passage> passages = box.passages();
            compare(box.kind().toString(), arriving, clientPorts(passages), problems);
            treatment(hops.next().treatment(bed.cell().certificates()), box, passages, problems);
            receipt.ifPresent(received -> carried(box, passages, received, problems));
            arriving = passages.stream()
                    .flatMap(passage -> passage.upstreamPorts().stream())
                    .collect(Collectors.toSet());
        }
        compare("the replica", arriving, peerPorts(bed.replica().connections()), problems);
        return problems;
    }

    private static void compare(String where, Set<Integer> sent, Set<Integer> arrived, List<String> problems) {
        if (!sent.equals(arrived)) {
            problems.add("connections from the local ports " + sent + " were to arrive at " + where
                    + ", and those from " + arrived + " did");
        }
    }

    private static void treatment(Treatment wanted, Middlebox box, List<Passage> passages, List<String> problems) {
        for (Passage passage : passages) {
            if (passage.treatment() != wanted) {
                problems.add(box.kind() + " was to treat connection " + passage.id() + " as " + wanted + " and did "
                        + passage.treatment()
                        + passage.note().map(note -> " (" + note + ")").orElse(""));
            }
            if (passage.bytesFromClient() == 0) {
                problems.add(box.kind() + " read nothing from connection " + passage.id());
            }
        }
    }

    private static void carried(Middlebox box, List<Passage> passages, Receipt receipt, List<String> problems) {
        long carried = passages.stream().mapToLong(Passage::bytesToReplica).sum();
        if (carried < receipt.bytes()) {
            problems.add(box.kind() + " carried " + carried + " bytes of a change set with " + receipt.bytes());
        }
    }

    private static Set<Integer> clientPorts(List<Passage> passages) {
        return passages.stream().map(passage -> passage.client().getPort()).collect(Collectors.toSet());
    }

    private static Set<Integer> peerPorts(List<ConnectionView> connections) {
        return connections.stream()
                .map(view -> Integer.valueOf(view.peer().substring(view.peer().lastIndexOf(':') + 1)))
                .collect(Collectors.toSet());
    }
}
