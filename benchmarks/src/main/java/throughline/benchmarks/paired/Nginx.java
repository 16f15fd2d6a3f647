package throughline.benchmarks.paired;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** nginx that takes files by WebDAV PUT from who has a client certificate, and curl that puts one there. */
final class Nginx implements AutoCloseable {
    private static final String CONFIGURATION = """
            worker_processes 1; daemon off; pid %1$s/nginx.pid; error_log %1$s/nginx.log; %5$s
            events {}
            http { access_log off; client_max_body_size 0; client_body_temp_path %1$s/body;
            proxy_temp_path %1$s/t1; fastcgi_temp_path %1$s/t2; uwsgi_temp_path %1$s/t3; scgi_temp_path %1$s/t4;
            server { listen 127.0.0.1:%2$d ssl; ssl_protocols TLSv1.3; ssl_conf_command Ciphersuites %6$s;
            ssl_certificate %3$s/server.pem; ssl_certificate_key %3$s/server.key;
            ssl_client_certificate %3$s/authority.pem; ssl_verify_client %7$s;
            location / { root %4$s; dav_methods PUT; } } }
            """;

    private final String curl;
    private final LabFiles files;
    private final Path root;
    private final int port;
    private final Process process;

    private Nginx(String curl, LabFiles files, Path root, int port, Process process) {
        this.curl = curl;
        this.files = files;
        this.root = root;
        this.port = port;
        this.process = process;
    }

    /** Writes what it is given into a folder of its own in here. */
    static Nginx start(LabFiles files, Path folder) throws IOException, InterruptedException {
        return start(files, folder, "on");
    }

    /** The same, open to everybody: an inspecting proxy has no client certificate. */
    static Nginx withoutClientCertificates(LabFiles files, Path folder) throws IOException, InterruptedException {
        return start(files, folder, "off");
    }

    private static Nginx start(LabFiles files, Path folder, String verifyClient)
            throws IOException, InterruptedException {
        String nginx = Programs.find("nginx", "nginx-light");
        String curl = Programs.find("curl", "curl");
        Path home = Files.createDirectories(folder.resolve("nginx"));
        Path root = Files.createDirectories(home.resolve("root"));
        int port = Programs.freePort();
        // Else the workers would be nobody, who may not write here.
        String user = System.getProperty("user.name").equals("root") ? "user root;" : "";
        Path configuration = home.resolve("nginx.conf");
        Files.writeString(
                configuration,
                CONFIGURATION.formatted(home, port, files.folder(), root, user, Settings.CIPHER_SUITE, verifyClient));
        Process process = Programs.serve(
                List.of(nginx, "-p", home.toString(), "-c", configuration.toString()), home.resolve("out"), port);
        return new Nginx(curl, files, root, port, process);
    }

    /** How many seconds curl takes for it; what arrived is deleted. */
    double put(Path image) throws IOException, InterruptedException {
        double seconds = transfer(image);
        Files.delete(root.resolve("image"));
        return seconds;
    }

    /** The same, followed by sync for what arrived. */
    double putForced(Path image) throws IOException, InterruptedException {
        double seconds = transfer(image)
                + Programs.seconds(List.of(
                        Programs.find("sync", "coreutils"),
                        root.resolve("image").toString(),
                        root.toString()));
        Files.delete(root.resolve("image"));
        return seconds;
    }

    /** The same without a client certificate, through a proxy in whose certificates curl believes unseen. */
    double put(Path image, String proxy) throws IOException, InterruptedException {
        double seconds = Programs.seconds(List.of(
                curl,
                "-4sSk",
                "--fail",
                "--http1.1",
                "--proxy",
                proxy,
                "-T",
                image.toString(),
                "https://" + LabFiles.SERVER_NAME + ":" + port + "/image"));
        if (Files.size(root.resolve("image")) != Files.size(image)) {
            throw new Refusal("nginx has not kept all of " + image + ".");
        }
        Files.delete(root.resolve("image"));
        return seconds;
    }

    /** Fetches what lies there through the proxy, and throws it away. */
    double get(Path image, String proxy) throws IOException, InterruptedException {
        Path offered = root.resolve("offered");
        if (!Files.exists(offered)) {
            Files.createLink(offered, image);
        }
        return Programs.seconds(List.of(
                curl,
                "-4sSk",
                "--fail",
                "--http1.1",
                "--proxy",
                proxy,
                "-o",
                "/dev/null",
                "https://" + LabFiles.SERVER_NAME + ":" + port + "/offered"));
    }

    private double transfer(Path image) throws IOException, InterruptedException {
        double seconds = Programs.seconds(List.of(
                curl,
                "-4sS",
                "--fail",
                "--http1.1",
                "--tlsv1.3",
                "--tls13-ciphers",
                Settings.CIPHER_SUITE,
                "--cacert",
                files.authority().toString(),
                "--cert",
                files.certificate("client").toString(),
                "--key",
                files.key("client").toString(),
                "-T",
                image.toString(),
                "https://" + LabFiles.SERVER_NAME + ":" + port + "/image"));
        if (Files.size(root.resolve("image")) != Files.size(image)) {
            throw new Refusal("nginx has not kept all of " + image + ".");
        }
        return seconds;
    }

    @Override
    public void close() {
        Programs.end(process);
    }
}
