package throughline.benchmarks.paired;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import throughline.certs.CertificateAuthority;
import throughline.certs.IdentityWriter;
import throughline.identity.UnusableIdentityException;

/**
 * A box in a process of its own, with the settings that its maker ships but for where it listens and leads.
 *
 * @param port on the loopback address
 */
record RunningBox(Process process, int port) implements AutoCloseable {

    /** Ours, as a user starts it. */
    static RunningBox ours(Path folder, String kind, String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "throughline.harness.cli.Main",
                "middlebox",
                kind,
                "--listen"));
        int port = Programs.freePort();
        command.add("127.0.0.1:" + port);
        command.addAll(List.of(more));
        return serve(command, folder.resolve("ours-" + kind), port);
    }

    static RunningBox tinyproxy(Path folder) throws IOException, InterruptedException {
        int port = Programs.freePort();
        Path configuration = Files.writeString(
                folder.resolve("tinyproxy.conf"), """
                Port %d
                Listen 127.0.0.1
                Timeout 600
                MaxClients 3000
                LogLevel Critical
                LogFile "%s"
                """.formatted(port, folder.resolve("tinyproxy.log")));
        return serve(
                List.of(Programs.find("tinyproxy", "tinyproxy"), "-d", "-c", configuration.toString()),
                folder.resolve("tinyproxy"),
                port);
    }

    /** TCP mode: passes bytes to one port. */
    static RunningBox haproxy(Path folder, int target) throws IOException, InterruptedException {
        int port = Programs.freePort();
        Path configuration = Files.writeString(folder.resolve("haproxy.cfg"), """
                global
                  maxconn 6000
                defaults
                  mode tcp
                  timeout connect 5s
                  timeout client 600s
                  timeout server 600s
                listen box
                  bind 127.0.0.1:%d
                  server replica 127.0.0.1:%d
                """.formatted(port, target));
        return serve(
                List.of(Programs.find("haproxy", "haproxy"), "-db", "-f", configuration.toString()),
                folder.resolve("haproxy"),
                port);
    }

    static RunningBox mitmproxy(Path folder, LabFiles files) throws IOException, InterruptedException {
        int port = Programs.freePort();
        return serve(
                List.of(
                        Programs.find("mitmdump", "mitmproxy"),
                        "--quiet",
                        "--listen-host",
                        "127.0.0.1",
                        "--listen-port",
                        String.valueOf(port),
                        "--set",
                        "confdir=" + folder.resolve("mitmproxy-ca"),
                        "--set",
                        "stream_large_bodies=1",
                        "--set",
                        "ssl_verify_upstream_trusted_ca=" + files.authority()),
                folder.resolve("mitmproxy"),
                port);
    }

    /** Bumps everything. */
    static RunningBox squid(Path folder, LabFiles files)
            throws IOException, InterruptedException, UnusableIdentityException {
        int port = Programs.freePort();
        Path authority = folder.resolve("inspection.pem");
        Path key = folder.resolve("inspection.key");
        IdentityWriter.pem(
                CertificateAuthority.root("Inspection", java.time.InstantSource.system())
                        .identity(),
                authority,
                key);
        String squid = Programs.find("squid", "squid-openssl");
        Path certgen = Path.of("/usr/lib/squid/security_file_certgen");
        Path cache = folder.resolve("certificates");
        Programs.seconds(List.of(certgen.toString(), "-c", "-s", cache.toString(), "-M", "4MB"));
        // Started by root it becomes a user of its own, who needs what is in here.
        Programs.seconds(List.of("chmod", "-R", "a+rwX", folder.toString()));
        Path configuration = Files.writeString(folder.resolve("squid.conf"), """
                http_port 127.0.0.1:%1$d ssl-bump tls-cert=%2$s tls-key=%3$s generate-host-certificates=on
                sslcrtd_program %4$s -s %5$s -M 4MB
                tls_outgoing_options cafile=%6$s
                ssl_bump bump all
                http_access allow all
                cache deny all
                access_log none
                cache_log %7$s/squid.log
                pid_filename none
                coredump_dir %7$s
                shutdown_lifetime 0 seconds
                """.formatted(
                        port, authority, key, certgen, cache, files.authority(), folder));
        return serve(
                List.of(squid, "-N", "-f", configuration.toString(), "-n", "throughline" + port),
                folder.resolve("squid"),
                port);
    }

    private static RunningBox serve(List<String> command, Path output, int port)
            throws IOException, InterruptedException {
        return new RunningBox(Programs.serve(command, output, port), port);
    }

    /** What it has used so far, its helpers not counted. */
    double processorSeconds() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
    }

    String proxy() {
        return "http://127.0.0.1:" + port;
    }

    /** A value of Linux's /proc/PID/status, in its own unit; 0 where nobody counts. */
    long status(String name) throws IOException {
        Path status = Path.of("/proc/" + process.pid() + "/status");
        return Files.isReadable(status)
                ? Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith(name + ":"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .findFirst()
                        .orElse(0)
                : 0;
    }

    @Override
    public void close() {
        Programs.end(process);
    }
}
