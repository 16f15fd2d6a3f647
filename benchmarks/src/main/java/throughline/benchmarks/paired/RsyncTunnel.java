package throughline.benchmarks.paired;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** An rsync daemon behind stunnel, and rsync behind another stunnel with a client certificate. */
final class RsyncTunnel implements AutoCloseable {
    private static final String DAEMON = """
            address = 127.0.0.1
            port = %d
            use chroot = no
            pid file = %s/rsyncd.pid
            [images]
            path = %s
            read only = no
            %s
            """;

    private static final String TUNNEL = """
            foreground = yes
            pid =
            sslVersion = TLSv1.3
            ciphersuites = %s
            CAfile = %s
            verifyChain = yes
            cert = %s
            key = %s
            [rsync]
            client = %s
            accept = 127.0.0.1:%d
            connect = 127.0.0.1:%d
            """;

    private final List<Process> processes = new ArrayList<>();
    private final String rsync;
    private final LabFiles files;
    private final Path home;
    private final Path target;
    private final int entrance;

    private RsyncTunnel(String rsync, LabFiles files, Path folder) throws IOException {
        this.rsync = rsync;
        this.files = files;
        home = Files.createDirectories(folder.resolve("rsync"));
        target = Files.createDirectories(home.resolve("target"));
        entrance = Programs.freePort();
    }

    static RsyncTunnel start(LabFiles files, Path folder) throws IOException, InterruptedException {
        String stunnel = Programs.find("stunnel", "stunnel4");
        RsyncTunnel tunnel = new RsyncTunnel(Programs.find("rsync", "rsync"), files, folder);
        try {
            tunnel.startAll(stunnel);
            return tunnel;
        } catch (IOException | RuntimeException e) {
            tunnel.close();
            throw e;
        }
    }

    private void startAll(String stunnel) throws IOException, InterruptedException {
        int daemon = Programs.freePort();
        // Else the daemon would be nobody, who may not write here.
        String user = System.getProperty("user.name").equals("root") ? "uid = root\ngid = root" : "";
        Path configuration = home.resolve("rsyncd.conf");
        Files.writeString(configuration, DAEMON.formatted(daemon, home, target, user));
        serve(List.of(rsync, "--daemon", "--no-detach", "--config=" + configuration), "rsyncd", daemon);
        int exit = Programs.freePort();
        serve(List.of(stunnel, tunnel("server", "no", exit, daemon)), "exit", exit);
        serve(List.of(stunnel, tunnel("client", "yes", entrance, exit)), "entrance", entrance);
    }

    private void serve(List<String> command, String name, int port) throws IOException, InterruptedException {
        processes.add(Programs.serve(command, home.resolve(name + ".out"), port));
    }

    private String tunnel(String who, String client, int accept, int connect) throws IOException {
        Path configuration = home.resolve(who + ".conf");
        Files.writeString(
                configuration,
                TUNNEL.formatted(
                        Settings.CIPHER_SUITE,
                        files.authority(),
                        files.certificate(who),
                        files.key(who),
                        client,
                        accept,
                        connect));
        return configuration.toString();
    }

    /** How many seconds rsync takes to make the copy equal; the dates of the files are not relied upon. */
    double update(Path image) throws IOException, InterruptedException {
        return Programs.seconds(List.of(
                rsync,
                "--inplace",
                "--ignore-times",
                image.toString(),
                "rsync://127.0.0.1:" + entrance + "/images/" + image.getFileName()));
    }

    /** @throws Refusal where the copy is not equal */
    void compare(Path image) throws IOException {
        if (Files.mismatch(image, target.resolve(image.getFileName())) >= 0) {
            throw new Refusal("rsync's copy of " + image + " is not equal to it.");
        }
    }

    @Override
    public void close() {
        Collections.reverse(processes);
        processes.forEach(Programs::end);
    }
}
