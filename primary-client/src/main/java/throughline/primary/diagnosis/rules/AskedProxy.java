package throughline.primary.diagnosis.rules;

import java.util.Arrays;
import java.util.List;
import throughline.primary.diagnosis.ConnectionCase;

/** Which proxy of a chain a piece of evidence is about: the one that was asked for the replica is the last. */
final class AskedProxy {
    private AskedProxy() {}

    static String of(ConnectionCase connection, String target) {
        List<String> proxies =
                Arrays.asList(connection.setup().proxy().orElse("the proxy").split(" then "));
        return proxies.get(target.equals(connection.setup().replica()) ? proxies.size() - 1 : 0);
    }
}
