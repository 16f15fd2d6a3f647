package throughline.harness.middlebox;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * What every kind of box has in common when it is opened.
 *
 * @param address where it listens; port 0 takes a free one
 * @param adversities how it misbehaves, in the order in which they apply at the same byte
 * @param patience how long each step of a connection's opening may take: the hello, a request head, connecting, a handshake
 * @param whenEnded is told of every passage that has ended, on the box's own threads, and has to return soon
 */
public record Listening(
        InetSocketAddress address, List<Adversity> adversities, Duration patience, Consumer<Passage> whenEnded) {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    public Listening {
        adversities = List.copyOf(adversities);
    }

    /** A free port on loopback, no adversity, 10 seconds. */
    public static Listening onLoopback() {
        return new Listening(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), List.of(), PATIENCE, ended -> {});
    }

    public Listening at(InetSocketAddress other) {
        return new Listening(other, adversities, patience, whenEnded);
    }

    /** Misbehaving in these ways and no others. */
    public Listening with(Adversity... chosen) {
        return with(List.of(chosen));
    }

    public Listening with(List<Adversity> chosen) {
        return new Listening(address, chosen, patience, whenEnded);
    }

    public Listening patience(Duration other) {
        return new Listening(address, adversities, other, whenEnded);
    }

    public Listening whenEnded(Consumer<Passage> told) {
        return new Listening(address, adversities, patience, told);
    }

    /** @throws IllegalArgumentException for the first adversity that a box of this kind cannot have, with the reason */
    void requireFor(MiddleboxKind kind) {
        for (Adversity adversity : adversities) {
            adversity.refusedBy(kind).ifPresent(reason -> {
                throw new IllegalArgumentException("adversity " + adversity + " at " + kind.id() + ": " + reason);
            });
        }
    }
}
