package throughline.harness.face;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import throughline.harness.middlebox.Middlebox;
import throughline.harness.middlebox.MiddleboxKind.Asked;

/** Goes through a box to a replica, once for the face and once more for ALPN, and writes down what both ends saw. */
public final class FaceRecorder {
    private static final Duration REPLICAS_PATIENCE = Duration.ofSeconds(2);

    private final FaceLaboratory laboratory;
    private final Duration patience;

    /** @param patience after which nothing is silence */
    public FaceRecorder(FaceLaboratory laboratory, Duration patience) {
        this.laboratory = laboratory;
        this.patience = patience;
    }

    /**
     * The face of a box.
     *
     * @param replica nobody else connects to it
     * @param fault is the path's already, as far as it is the box's or the replica's; what is the client's is done here
     */
    public Face record(Middlebox box, WitnessReplica replica, Fault fault) throws IOException, InterruptedException {
        return record(box.kind().asked(), box.address(), replica, fault);
    }

    /** The same for whatever listens there. */
    public Face record(Asked asked, InetSocketAddress address, WitnessReplica replica, Fault fault)
            throws IOException, InterruptedException {
        Map<FaceField, String> words = new EnumMap<>(FaceField.class);
        String random;
        boolean session;
        int port = replica.address().getPort();
        try (FaceVisit visit = new FaceVisit(laboratory, fault, patience)) {
            visit.exchange(asked, address, port, words);
            random = visit.random();
            session = visit.hasSession();
        }
        List<WitnessReplica.Account> accounts = replica.accounts(REPLICAS_PATIENCE);
        tell(accounts, random, words);
        words.put(FaceField.ALPN, session ? protocol(asked, address, port, fault) : Face.NOTHING);
        for (FaceField field : FaceField.values()) {
            words.putIfAbsent(field, Face.NOTHING);
        }
        return new Face(words);
    }

    private String protocol(Asked asked, InetSocketAddress address, int port, Fault fault) throws IOException {
        try (FaceVisit visit = new FaceVisit(laboratory, fault, patience)) {
            return visit.protocol(asked, address, port);
        }
    }

    private void tell(List<WitnessReplica.Account> accounts, String random, Map<FaceField, String> words) {
        if (accounts.isEmpty()) {
            return;
        }
        WitnessReplica.Account last = accounts.get(accounts.size() - 1);
        List<String> hellos = new ArrayList<>();
        for (WitnessReplica.Account account : accounts) {
            String whose = account.hello().equals(Optional.of(random)) ? "client's" : "box's";
            // How often a box tries again is not worth a difference.
            if (hellos.isEmpty() || !hellos.get(hellos.size() - 1).equals(whose)) {
                hellos.add(whose);
            }
        }
        words.put(FaceField.HELLO, String.join(", ", hellos));
        last.certificate()
                .ifPresent(shown ->
                        words.put(FaceField.CLIENT_CERTIFICATE, laboratory.isClients(shown) ? "client's" : "box's"));
        words.put(FaceField.HANDSHAKE, last.handshake());
        last.request().ifPresent(request -> words.put(FaceField.ADDED, ShapedText.added(request.fields())));
    }
}
