package throughline.harness.middlebox;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One connection through a box: what an assertion about the path needs. Bytes are counted on the sockets, below any TLS,
 * and are final once the passage has {@code ended}.
 *
 * @param id 1 for the first connection that the box accepted, then counting up
 * @param client the client's end of its connection, which is what the client sees as its local address
 * @param target {@code host:port} as the client asked for it: from CONNECT, or the hello's server name with the port that the
 *     client dialled; absent when it has not said
 * @param upstreamPort the box's local port towards the replica: what the replica sees as its peer's; absent when none was
 *     opened
 * @param bytesFromClient read from the client; what the client sent and nobody read before the end is not in it
 * @param bytesToClient written to the client
 * @param bytesToReplica written to the replica
 * @param bytesFromReplica read from the replica
 * @param ended whether both connections are closed
 * @param note why it was refused or failed, in one line; absent when nothing went wrong
 */
public record Passage(
        long id,
        InetSocketAddress client,
        Optional<String> target,
        Treatment treatment,
        OptionalInt upstreamPort,
        long bytesFromClient,
        long bytesToClient,
        long bytesToReplica,
        long bytesFromReplica,
        boolean ended,
        Optional<String> note) {}
