package throughline.harness.middlebox.external;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import throughline.harness.middlebox.Middlebox;
import throughline.harness.middlebox.MiddleboxKind;
import throughline.harness.middlebox.Passage;
import throughline.harness.middlebox.Told;

/** A product that runs. */
final class ExternalBox implements Middlebox {
    private static final int LINES = 1_000;

    private final RealBox box;
    private final ExternalProcess process;
    private final OwnFolder folder;
    private final Rendering rendering;
    private final InetSocketAddress address;
    private Optional<List<Passage>> atTheEnd = Optional.empty();

    ExternalBox(RealBox box, ExternalProcess process, OwnFolder folder, Rendering rendering, String listen, int port) {
        this.box = box;
        this.process = process;
        this.folder = folder;
        this.rendering = rendering;
        try {
            this.address = new InetSocketAddress(InetAddress.getByName(listen), port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(listen + " is no address to listen on", e);
        }
    }

    @Override
    public MiddleboxKind kind() {
        return box.kind();
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public synchronized List<Passage> passages() {
        return atTheEnd.orElseGet(this::logged);
    }

    @Override
    public Set<Told> tells() {
        return rendering.tells();
    }

    @Override
    public void close() {
        synchronized (this) {
            if (atTheEnd.isEmpty()) {
                atTheEnd = Optional.of(logged());
            }
        }
        process.close();
    }

    private List<Passage> logged() {
        List<String> lines = rendering.log().isEmpty()
                ? process.output(LINES)
                : folder.read(rendering.log()).lines().toList();
        return rendering.reader().apply(lines);
    }
}
