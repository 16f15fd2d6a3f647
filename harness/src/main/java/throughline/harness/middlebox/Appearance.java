package throughline.harness.middlebox;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import throughline.certs.ForgedLeaf;

/**
 * How an inspector looks to its clients.
 *
 * @param leaf what its certificates say; absent for good ones in its authority's name
 * @param wordings what it answers when the replica fails; {@link Wording#OWN} where nothing is said
 * @param longestDeclared the largest Content-Length that it lets pass; absent for any
 * @param connectReason behind the 200 to CONNECT
 * @param agent how it calls itself in answers to CONNECT; absent for not at all
 */
public record Appearance(
        Optional<ForgedLeaf> leaf,
        Map<ReplicaFault, Wording> wordings,
        Optional<LongestDeclared> longestDeclared,
        String connectReason,
        Optional<String> agent) {
    static final String CONNECT_REASON = "Connection established";

    public Appearance {
        wordings = Map.copyOf(wordings);
        if (!connectReason.matches("[\\x20-\\x7e]{0,100}")) {
            throw new IllegalArgumentException("the answer to CONNECT; accepted are up to 100 characters of ASCII");
        }
    }

    /**
     * A limit on what a request says of its length.
     *
     * @param bytes a longer one is refused before anything of it is sent on
     */
    public record LongestDeclared(long bytes, Wording wording) {
        public LongestDeclared {
            Checks.range("number of bytes", bytes, 0, Long.MAX_VALUE);
        }
    }

    static Appearance own(String agent) {
        return new Appearance(
                Optional.empty(),
                new EnumMap<>(ReplicaFault.class),
                Optional.empty(),
                CONNECT_REASON,
                Optional.of(agent));
    }

    OwnAnswer answer(ReplicaFault fault, Destination target, String failure) {
        return wordings.getOrDefault(fault, Wording.OWN).about(target, "The proxy failed: " + failure + ".");
    }
}
