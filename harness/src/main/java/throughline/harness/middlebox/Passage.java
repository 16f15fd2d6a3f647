package throughline.harness.middlebox;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One connection through a box: what an assertion about the path needs. Bytes are counted on the sockets, below any TLS,
 * and are final once the passage has {@code ended}.
 *
 * @param id 1 for the first connection that the box accepted, then counting up
 * @param client the client's end of its connection, which is what the client sees as its local address
 * @param target {@code host:port} as the client asked for it: from CONNECT or SOCKS, or the hello's server name with the port
 *     that the client dialled; before a load balancer, what that stands for; absent when it has not said
 * @param upstreamPorts the box's local ports towards the replica, in order: what the replica sees as its peer's; more than
 *     one where the box looked before it decided
 * @param bytesFromClient read from the client; what the client sent and nobody read before the end is not in it
 * @param bytesToClient written to the client
 * @param bytesToReplica written to the replica
 * @param bytesFromReplica read from the replica
 * @param ended whether all its connections are closed
 * @param note why it was refused or failed, in one line; absent when nothing went wrong
 */
public record Passage(
        long id,
        InetSocketAddress client,
        Optional<String> target,
        Treatment treatment,
        List<Integer> upstreamPorts,
        long bytesFromClient,
        long bytesToClient,
        long bytesToReplica,
        long bytesFromReplica,
        boolean ended,
        Optional<String> note) {
    public Passage {
        upstreamPorts = List.copyOf(upstreamPorts);
    }

    /** The last of the ports towards the replica; absent when it was not dialled. */
    public OptionalInt upstreamPort() {
        return upstreamPorts.isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of(upstreamPorts.get(upstreamPorts.size() - 1));
    }
}
