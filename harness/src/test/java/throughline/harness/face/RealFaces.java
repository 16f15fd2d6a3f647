package throughline.harness.face;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import throughline.harness.middlebox.Middlebox;
import throughline.harness.middlebox.ProxyAccount;
import throughline.harness.middlebox.external.RealBox;
import throughline.harness.middlebox.external.RealBoxes;
import throughline.harness.middlebox.external.RealSettings;

/** Takes the faces of the products that are installed here. */
final class RealFaces {
    /** What the first trials called silence. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final List<Fault> OF_CLIENT = List.of(Fault.NONE, Fault.CLIENT_WITHOUT_CERTIFICATE);

    /** As the table calls the modes. */
    private static final Map<RealBox, String> MODES = Map.ofEntries(
            Map.entry(RealBox.SQUID, "plain"),
            Map.entry(RealBox.SQUID_LOGIN, "basic"),
            Map.entry(RealBox.SQUID_BUMP, "bump"),
            Map.entry(RealBox.SQUID_PEEK_SPLICE, "peek-splice"),
            Map.entry(RealBox.SQUID_STARE_BUMP, "stare-bump"),
            Map.entry(RealBox.SQUID_EXEMPT, "exempt"),
            Map.entry(RealBox.MITMPROXY, "regular"),
            Map.entry(RealBox.MITMPROXY_REVERSE, "reverse"),
            Map.entry(RealBox.MITMPROXY_CLIENT_CERTS, "regular-own-certificate"),
            Map.entry(RealBox.MITMPROXY_IGNORE_HOSTS, "ignored"),
            Map.entry(RealBox.TINYPROXY, "plain"),
            Map.entry(RealBox.TINYPROXY_LOGIN, "plain"),
            Map.entry(RealBox.NGINX_STREAM, "sni"),
            Map.entry(RealBox.NGINX_TLS, "terminating-asking"),
            Map.entry(RealBox.NGINX_TLS_OWN, "terminating-asking-own-certificate"),
            Map.entry(RealBox.HAPROXY_TCP, "sni"),
            Map.entry(RealBox.HAPROXY_TLS, "terminating-asking"),
            Map.entry(RealBox.DANTE, "socks"));

    private final FaceLaboratory laboratory;

    RealFaces(FaceLaboratory laboratory) {
        this.laboratory = laboratory;
    }

    /**
     * Of one product in one mode, in every situation that is its own; empty when it is not installed, or stands on a router
     * and would not know where a connection was to go.
     */
    List<RecordedFaces.Row> of(RealBox box) throws IOException, InterruptedException {
        Optional<String> version = box.product().version();
        List<RecordedFaces.Row> rows = new ArrayList<>();
        if (version.isEmpty() || box.needsRouter()) {
            return rows;
        }
        String product = box.product().id() + " " + version.get();
        if (box.wantsLogin()) {
            rows.add(row(box, product, ReplicaManner.ANY, "any", Fault.LOGIN_MISSING));
            return rows;
        }
        for (ReplicaManner manner : List.of(ReplicaManner.ABORTS, ReplicaManner.ANSWERS)) {
            for (String tls : List.of("TLSv1.2", "TLSv1.3")) {
                for (Fault fault : box.kind().endsTls() ? List.of(Fault.NONE) : OF_CLIENT) {
                    rows.add(row(box, product, manner, tls, fault));
                }
                if (box.kind().endsTls() && manner == ReplicaManner.ABORTS) {
                    rows.add(row(box, product, manner, tls, Fault.REPLICA_UNTRUSTED));
                }
            }
        }
        rows.add(row(box, product, ReplicaManner.ANY, "any", Fault.REPLICA_DOWN));
        return rows;
    }

    private RecordedFaces.Row row(RealBox box, String product, ReplicaManner manner, String tls, Fault fault)
            throws IOException, InterruptedException {
        boolean any = manner == ReplicaManner.ANY;
        try (WitnessReplica replica =
                WitnessReplica.open(laboratory, any ? ReplicaManner.ABORTS : manner, any ? "TLSv1.3" : tls)) {
            if (fault == Fault.REPLICA_DOWN) {
                replica.takeDown();
            }
            try (Middlebox open = RealBoxes.open(box, settings(replica, fault))) {
                Face face = new FaceRecorder(laboratory, PATIENCE).record(open, replica, fault);
                return new RecordedFaces.Row(
                        new FaceCase(product, MODES.getOrDefault(box, box.id()), manner, tls, fault, FaceCase.RECORDER),
                        face);
            }
        }
    }

    private RealSettings settings(WitnessReplica replica, Fault fault) {
        return RealSettings.onLoopback(
                FaceLaboratory.HOST,
                replica.address(),
                new ProxyAccount("primary", "s3cret"),
                laboratory.inspection(),
                laboratory.trust(fault != Fault.REPLICA_UNTRUSTED),
                laboratory.balancer(),
                laboratory.ownOfBox());
    }
}
