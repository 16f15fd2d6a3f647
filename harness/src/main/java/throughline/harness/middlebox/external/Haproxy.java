package throughline.harness.middlebox.external;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import throughline.harness.middlebox.Passage;
import throughline.harness.middlebox.Told;
import throughline.harness.middlebox.Treatment;
import throughline.identity.Pem;

/**
 * HAProxy in the foreground. It prints a line per connection, or per request where it ends TLS, when that has ended: client's
 * port, own port towards the replica and bytes, which where it ends TLS are those inside and left out.
 */
record Haproxy(RealSettings settings, OwnFolder folder, int port) {
    private static final String COMMON = """
            global
              %s
              noreuseport
              maxconn 2000
              log stdout format raw local0 info
            defaults
              log global
              timeout connect 5s
              timeout client 1h
              timeout server 1h
              log-format "connection %%cp %%bp %%U %%B %%b"
            """;

    /** By the server name of the hello, as an operator would. */
    Rendering tcp() {
        String configuration = """
                frontend primary
                  mode tcp
                  bind %s:%d
                  tcp-request inspect-delay 10s
                  tcp-request content accept if { req.ssl_hello_type 1 }
                  use_backend replica if { req.ssl_sni -i %s }
                backend replica
                  mode tcp
                  server replica %s
                """.formatted(settings.listen(), port, settings.replica(), settings.target());
        return rendering(
                configuration,
                Treatment.PASSED,
                EnumSet.of(Told.UPSTREAM_PORTS, Told.CLIENT_BYTES, Told.REPLICA_BYTES));
    }

    /** It asks clients for a certificate and takes any or none. */
    Rendering endingTls() {
        Path shown = folder.write(
                "shown.pem",
                Pem.encode(settings.shown().key()) + Pem.encode(settings.shown().chain()));
        Path anchors = folder.write(
                "laboratory.pem", Pem.encode(settings.replicaTrust().anchors()));
        String configuration =
                """
                frontend primary
                  mode http
                  bind %1$s:%2$d ssl crt %3$s alpn h2,http/1.1 verify optional ca-file %4$s crt-ignore-err all ca-ignore-err all
                  default_backend replica
                backend replica
                  mode http
                  server replica %5$s ssl verify required verifyhost %6$s ca-file %4$s sni str(%6$s) alpn http/1.1
                """.formatted(settings.listen(), port, shown, anchors, settings.target(), settings.replica());
        return rendering(configuration, Treatment.TERMINATED, EnumSet.of(Told.UPSTREAM_PORTS));
    }

    private Rendering rendering(String configuration, Treatment treatment, Set<Told> tells) {
        Path program = Product.HAPROXY.required();
        String user = OwnFolder.asRoot() ? "user " + OwnFolder.UNPRIVILEGED : "# runs as who started it";
        Path file = folder.write("haproxy.cfg", COMMON.formatted(user) + configuration);
        return new Rendering(
                List.of(),
                List.of(program.toString(), "-db", "-f", file.toString()),
                "",
                lines -> read(lines, treatment),
                tells);
    }

    private static List<Passage> read(List<String> lines, Treatment treatment) {
        LoggedPassage.Book book = new LoggedPassage.Book();
        for (String line : lines) {
            String[] fields = line.split(" ", -1);
            if (fields.length == 6 && fields[0].equals("connection")) {
                boolean reached = fields[5].equals("replica") || treatment == Treatment.TERMINATED;
                book.of(fields[1])
                        .upstream(fields[2])
                        .clientBytes(fields[3], fields[4])
                        .replicaBytes(reached ? fields[3] : "0", reached ? fields[4] : "0")
                        .treated(reached ? treatment : Treatment.REFUSED)
                        .ended();
            }
        }
        return book.passages();
    }
}
