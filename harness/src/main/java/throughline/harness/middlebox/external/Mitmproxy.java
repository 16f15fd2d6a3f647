package throughline.harness.middlebox.external;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import throughline.harness.middlebox.Passage;
import throughline.harness.middlebox.Told;
import throughline.harness.middlebox.Treatment;
import throughline.identity.Pem;

/**
 * Mitmproxy without its screen. A script of ours leads the replica's name to its address, and prints a line when a client
 * comes, a server is reached, TLS with the client is up, and a client has gone. It counts no bytes.
 */
record Mitmproxy(RealSettings settings, OwnFolder folder, int port) {
    private static final String SCRIPT = """
            def tell(*words):
                print("connection", *words, flush=True)

            class Connections:
                def client_connected(self, client):
                    tell(client.peername[1], "opened", "-")

                def client_disconnected(self, client):
                    tell(client.peername[1], "ended", "-")

                def server_connect(self, data):
                    host, port = data.server.address
                    tell(data.client.peername[1], "asked", f"{host}:{port}")
                    if host == "%s":
                        data.server.address = ("%s", port)

                def server_connected(self, data):
                    tell(data.client.peername[1], "reached", data.server.sockname[1])

                def tls_established_client(self, data):
                    tell(data.context.client.peername[1], "terminated", "-")

            addons = [Connections()]
            """;

    Rendering render(RealBox box) {
        Path program = Product.MITMPROXY.required();
        folder.write(
                "mitmproxy-ca.pem",
                Pem.encode(settings.inspector().identity().key())
                        + Pem.encode(settings.inspector().certificate()));
        Path anchors = folder.write(
                "laboratory.pem", Pem.encode(settings.replicaTrust().anchors()));
        Path script = folder.write("connections.py", SCRIPT.formatted(settings.replica(), settings.address()));
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--quiet",
                "--listen-host",
                settings.listen(),
                "--listen-port",
                Integer.toString(port),
                "--set",
                "confdir=" + folder.path(),
                "--set",
                "ssl_verify_upstream_trusted_ca=" + anchors,
                "--set",
                "stream_large_bodies=1",
                "--scripts",
                script.toString()));
        command.addAll(mode(box));
        return new Rendering(
                List.of(), command, "", Mitmproxy::read, EnumSet.of(Told.OPEN, Told.TARGET, Told.UPSTREAM_PORTS));
    }

    private List<String> mode(RealBox box) {
        return switch (box) {
            case MITMPROXY_REVERSE ->
                List.of(
                        "--mode",
                        "reverse:https://" + settings.replica() + ":"
                                + settings.behind().getPort());
            case MITMPROXY_CLIENT_CERTS ->
                List.of(
                        "--set",
                        "client_certs="
                                + folder.write(
                                        "own.pem",
                                        Pem.encode(settings.own().key())
                                                + Pem.encode(settings.own().chain())));
            case MITMPROXY_IGNORE_HOSTS ->
                // Version 8.1.1 compares with the bare name, later ones with name and port.
                List.of("--ignore-hosts", "^" + settings.replica().replace(".", "\\.") + "(:\\d+)?$");
            default -> List.of();
        };
    }

    private static List<Passage> read(List<String> lines) {
        LoggedPassage.Book book = new LoggedPassage.Book();
        for (String line : lines) {
            String[] fields = line.split(" ", -1);
            if (fields.length != 4 || !fields[0].equals("connection")) {
                continue;
            }
            LoggedPassage passage = book.of(fields[1]);
            switch (fields[2]) {
                case "asked" -> passage.target(fields[3]);
                case "reached" -> passage.upstream(fields[3]).passed();
                case "terminated" -> passage.treated(Treatment.TERMINATED);
                case "ended" -> passage.ended();
                default -> {}
            }
        }
        return book.passages();
    }
}
