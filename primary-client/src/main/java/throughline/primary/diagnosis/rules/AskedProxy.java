package throughline.primary.diagnosis.rules;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import throughline.primary.diagnosis.ConnectionCase;
import throughline.primary.evidence.PathEvidence.ConnectFailed;
import throughline.primary.evidence.PathEvidence.Connected;
import throughline.primary.evidence.PathEvidence.Leg;
import throughline.primary.evidence.PathEvidence.NameResolved;
import throughline.primary.evidence.PathEvidence.NameUnresolved;

/** Which proxy a piece of evidence is about, where the settings name several: ways to choose from, or a chain. */
final class AskedProxy {
    private AskedProxy() {}

    /** The one that was asked for this target: for the replica that is the last of a chain. */
    static String of(ConnectionCase connection, String target) {
        List<String> proxies = chain(connection);
        return proxies.get(target.equals(connection.setup().replica()) ? proxies.size() - 1 : 0);
    }

    /** The one that is connected. */
    static String connected(ConnectionCase connection) {
        return chain(connection).get(0);
    }

    private static List<String> chain(ConnectionCase connection) {
        return Arrays.asList(way(connection).split(" then "));
    }

    /** A connection goes one way: the one whose first proxy was looked for. */
    private static String way(ConnectionCase connection) {
        List<String> ways =
                Arrays.asList(connection.setup().proxy().orElse("the proxy").split(" or "));
        return ways.stream()
                .filter(way -> wasLookedFor(connection, way) && wasConnected(connection, way))
                .findFirst()
                .orElse(String.join(" or ", ways));
    }

    private static boolean wasLookedFor(ConnectionCase connection, String way) {
        Predicate<String> named = host -> way.replaceAll(" then .*|^[^ ]*://|[\\[\\]]", "")
                .replaceAll(":[0-9]+$", "")
                .equals(host);
        return connection.all(NameResolved.class).anyMatch(name -> name.leg() == Leg.PROXY && named.test(name.host()))
                || connection
                        .all(NameUnresolved.class)
                        .anyMatch(name -> name.leg() == Leg.PROXY && named.test(name.host()));
    }

    /** By the port; where it came to no connection, the name has to do. */
    private static boolean wasConnected(ConnectionCase connection, String way) {
        String port = way.replaceAll(" then .*", "").replaceAll("^.*:", ":");
        return connection.all(Connected.class).allMatch(tcp -> tcp.address().endsWith(port))
                && connection
                        .all(ConnectFailed.class)
                        .allMatch(tcp -> tcp.address().endsWith(port));
    }
}
