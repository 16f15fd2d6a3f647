package throughline.harness.middlebox.external;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import throughline.harness.middlebox.Passage;
import throughline.harness.middlebox.Told;
import throughline.harness.middlebox.Treatment;
import throughline.identity.Pem;

/**
 * Nginx in the foreground. Its log has a line per connection, or per request where it ends TLS, when that has ended: client's
 * port, server name and bytes. It does not say from which port it dialled the replica.
 */
record Nginx(RealSettings settings, OwnFolder folder, int port) {
    private static final String LOG = "access.log";
    private static final Path MODULE = Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");

    /** By the server name of the hello; others are closed. */
    Rendering stream() {
        if (!Files.exists(MODULE)) {
            throw new NotHereException("nginx's stream module is not here; Debian's libnginx-mod-stream brings it");
        }
        String configuration =
                """
                load_module %s;
                events { }
                stream {
                  map $ssl_preread_server_name $replica { %s %s; }
                  log_format connection "$remote_port $ssl_preread_server_name $status $bytes_received $bytes_sent $upstream_bytes_sent $upstream_bytes_received";
                  access_log %s connection;
                  server {
                    listen %s:%d;
                    ssl_preread on;
                    proxy_pass $replica;
                    proxy_timeout 1h;
                  }
                }
                """.formatted(MODULE, settings.replica(), settings.target(), folder.file(LOG), settings.listen(), port);
        return rendering(
                configuration, Treatment.PASSED, EnumSet.of(Told.TARGET, Told.CLIENT_BYTES, Told.REPLICA_BYTES));
    }

    /** It asks clients for a certificate and takes any or none; to the replica it speaks HTTP/1.1, in either version of TLS. */
    Rendering reverseProxy(boolean own) {
        Path chain = folder.write("shown.pem", Pem.encode(settings.shown().chain()));
        Path key = folder.write("shown.key", Pem.encode(settings.shown().key()));
        Path anchors = folder.write(
                "laboratory.pem", Pem.encode(settings.replicaTrust().anchors()));
        String configuration = """
                events { }
                http {
                  log_format connection "$remote_port $ssl_server_name $status $request_length $bytes_sent 0 0";
                  access_log %1$s connection;
                  client_body_temp_path %2$s/bodies;
                  proxy_temp_path %2$s/answers;
                  fastcgi_temp_path %2$s/fastcgi;
                  uwsgi_temp_path %2$s/uwsgi;
                  scgi_temp_path %2$s/scgi;
                  server {
                    listen %3$s:%4$d ssl http2;
                    ssl_certificate %5$s;
                    ssl_certificate_key %6$s;
                    ssl_protocols TLSv1.2 TLSv1.3;
                    ssl_verify_client optional_no_ca;
                    client_max_body_size 0;
                    location / {
                      proxy_pass https://%7$s;
                      proxy_http_version 1.1;
                      proxy_request_buffering off;
                      proxy_buffering off;
                      proxy_read_timeout 1h;
                      proxy_set_header Host $http_host;
                      proxy_ssl_protocols TLSv1.2 TLSv1.3;
                      proxy_ssl_server_name on;
                      proxy_ssl_name %8$s;
                      proxy_ssl_verify on;
                      proxy_ssl_trusted_certificate %9$s;
                      %10$s
                    }
                  }
                }
                """.formatted(
                        folder.file(LOG),
                        folder.path(),
                        settings.listen(),
                        port,
                        chain,
                        key,
                        settings.target(),
                        settings.replica(),
                        anchors,
                        own ? presented() : "");
        return rendering(configuration, Treatment.TERMINATED, EnumSet.of(Told.TARGET));
    }

    private String presented() {
        Path chain = folder.write("own.pem", Pem.encode(settings.own().chain()));
        Path key = folder.write("own.key", Pem.encode(settings.own().key()));
        return "proxy_ssl_certificate " + chain + "; proxy_ssl_certificate_key " + key + ";";
    }

    private Rendering rendering(String configuration, Treatment treatment, Set<Told> tells) {
        Path program = Product.NGINX.required();
        String user = OwnFolder.asRoot() ? "user " + OwnFolder.UNPRIVILEGED + " nogroup;\n" : "";
        Path file = folder.write(
                "nginx.conf",
                user + "daemon off;\nworker_processes 1;\nworker_rlimit_nofile 4096;\nerror_log stderr warn;\npid "
                        + folder.file("nginx.pid") + ";\n" + configuration);
        return new Rendering(
                List.of(),
                List.of(program.toString(), "-p", folder.path().toString(), "-e", "stderr", "-c", file.toString()),
                LOG,
                lines -> read(lines, treatment),
                tells);
    }

    private static List<Passage> read(List<String> lines, Treatment treatment) {
        LoggedPassage.Book book = new LoggedPassage.Book();
        for (String line : lines) {
            String[] fields = line.replace(" - ", " 0 ").replaceAll(" -$", " 0").split(" ", -1);
            if (fields.length == 7) {
                boolean refused = fields[1].isEmpty() || fields[2].equals("500");
                book.of(fields[0])
                        .target(fields[1])
                        .clientBytes(fields[3], fields[4])
                        .replicaBytes(fields[5], fields[6])
                        .treated(refused && treatment == Treatment.PASSED ? Treatment.REFUSED : treatment)
                        .ended();
            }
        }
        return book.passages();
    }
}
