package throughline.harness.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.ReplicaEvidence.AccountGiven;
import throughline.primary.evidence.ReplicaEvidence.OtherConnectionSeen;
import throughline.primary.evidence.TlsEvidence.HelloSent;
import throughline.primary.evidence.Witness;
import throughline.protocol.ConnectionView;
import throughline.protocol.ConnectionView.HandshakeOutcome;
import throughline.protocol.ConnectionView.HelloView;
import throughline.replica.Replica;

/** Adds to a case what the replica saw: for each hello of ours whether it arrived, and every hello that was not ours. */
final class ReplicaAccount {
    /** The replica learns of the end of a handshake a little later than the primary. */
    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(3);

    private ReplicaAccount() {}

    static CaseFile join(Testbed bed, CaseFile file) {
        Replica replica = bed.replica();
        List<HelloSent> hellos = file.evidence().stream()
                .filter(HelloSent.class::isInstance)
                .map(HelloSent.class::cast)
                .toList();
        boolean passes = bed.cell().topology().passesTls();
        Await.until(SETTLED_WITHIN, () -> bed.closed() || settled(replica.connections(), passes ? hellos : List.of()));
        return file.with(Set.of(Witness.REPLICA), account(replica, file, hellos));
    }

    private static boolean settled(List<ConnectionView> connections, List<HelloSent> due) {
        return connections.stream().noneMatch(view -> view.handshake() == HandshakeOutcome.UNFINISHED)
                && randoms(connections)
                        .containsAll(due.stream().map(HelloSent::random).toList());
    }

    private static List<Evidence> account(Replica replica, CaseFile file, List<HelloSent> hellos) {
        List<ConnectionView> connections = replica.connections();
        List<Evidence> evidence = new ArrayList<>();
        for (HelloSent hello : hellos) {
            Optional<ConnectionView> seen = connections.stream()
                    .filter(view -> random(view).equals(Optional.of(hello.random())))
                    .findFirst();
            evidence.add(new AccountGiven(
                    hello.connection(),
                    file.took(),
                    hello.random(),
                    replica.bootId(),
                    replica.coveredSince(),
                    replica.servedCertificates(),
                    seen));
        }
        Set<String> ours = hellos.stream().map(HelloSent::random).collect(Collectors.toSet());
        connections.stream()
                .filter(view -> random(view).filter(ours::contains).isEmpty())
                .forEach(view -> evidence.add(new OtherConnectionSeen(0, file.took(), view)));
        return evidence;
    }

    private static Set<String> randoms(List<ConnectionView> connections) {
        return connections.stream()
                .map(ReplicaAccount::random)
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());
    }

    private static Optional<String> random(ConnectionView view) {
        return view.hello().map(HelloView::random);
    }
}
