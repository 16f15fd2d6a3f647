package throughline.harness.middlebox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import throughline.harness.lab.NetworkLab;
import throughline.harness.middlebox.external.NotHereException;
import throughline.harness.middlebox.external.RealBox;
import throughline.harness.middlebox.external.RealBoxes;

/**
 * The contract, held by a product that stands on a router: the client dials the replica's own address and port, and knows of no
 * box. Runs in a process of its own, see {@link RouterContractRun}.
 */
abstract class RouterContract extends RealBoxContract {
    private static final int HTTPS = 443;

    private final NetworkLab lab = NetworkLab.open();
    private final InetSocketAddress dialled = new InetSocketAddress(lab.replica(), HTTPS);

    @Override
    EchoReplica replicaAt(InetSocketAddress address) {
        return lab.onReplica(() -> super.replicaAt(dialled));
    }

    @Override
    Middlebox start(RealBox box, EchoReplica behind) {
        Middlebox opened = lab.onRouter(() -> {
            try {
                return RealBoxes.open(box, settings(behind).run(List.of(), lab.router()));
            } catch (NotHereException e) {
                return abort(e.getMessage());
            }
        });
        lab.redirect(HTTPS, opened.address().getPort());
        return new OnRouter(opened, dialled);
    }

    /** The redirection stays, and leads to nobody. */
    @Test
    @Override
    void closingLeavesNoThreadAndNoPort() throws IOException {
        Middlebox box = open(replica());
        Set<Thread> open = boxThreads();
        assertThat(open).isNotEmpty();
        enter(box).close();

        box.close();

        assertThat(boxThreads()).isEmpty();
        assertThatThrownBy(() -> new Socket(dialled.getAddress(), dialled.getPort()).close())
                .isInstanceOf(IOException.class);
        forget();
    }

    /** Else the client's connections went past it, and everything would be as it should. */
    @AfterEach
    void itWasTheBoxThatDialledTheReplica() {
        assertThat(replica().server().sockets())
                .allSatisfy(socket -> assertThat(socket.getInetAddress()).isEqualTo(lab.routerTowardsReplica()));
    }

    @AfterAll
    void closeLab() {
        lab.close();
    }

    private static Set<Thread> boxThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("throughline-"))
                .filter(thread -> !thread.getName().matches("throughline-(router|replica)-\\d+"))
                .collect(Collectors.toSet());
    }

    /** A box as the client meets it: at the address of the replica. */
    private record OnRouter(Middlebox box, InetSocketAddress address) implements Middlebox {
        @Override
        public MiddleboxKind kind() {
            return box.kind();
        }

        @Override
        public List<Passage> passages() {
            return box.passages();
        }

        @Override
        public Set<Told> tells() {
            return box.tells();
        }

        @Override
        public void close() {
            box.close();
        }
    }
}
