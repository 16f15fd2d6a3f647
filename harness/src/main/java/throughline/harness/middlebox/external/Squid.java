package throughline.harness.middlebox.external;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import throughline.harness.middlebox.Passage;
import throughline.harness.middlebox.Told;
import throughline.harness.middlebox.Treatment;
import throughline.identity.Pem;

/**
 * Squid as one process. The replica's name stands in a hosts file of its own. Its log has a line per request, written when the
 * request has ended: client's port, own port towards the replica, bytes of the client's side, what ssl_bump did. It counts
 * messages, so where it ends TLS its bytes are left out.
 */
record Squid(RealSettings settings, OwnFolder folder, int port) {
    private static final String LOG = "access.log";

    Rendering render(RealBox box) {
        Path program = Product.SQUID.required();
        folder.write("hosts", settings.address() + " " + settings.replica() + "\n");
        List<String> lines = new ArrayList<>(common(program));
        switch (box) {
            case SQUID_LOGIN -> lines.addAll(login(program));
            case SQUID_BUMP -> lines.addAll(bumping(program, List.of("bump all")));
            case SQUID_PEEK_SPLICE -> lines.addAll(bumping(program, List.of("peek first", "splice all")));
            case SQUID_STARE_BUMP -> lines.addAll(bumping(program, List.of("stare first", "stare second", "bump all")));
            case SQUID_EXEMPT -> lines.addAll(bumping(program, List.of("peek first", "splice replica", "bump all")));
            default -> lines.add("http_port " + listening());
        }
        lines.add(box == RealBox.SQUID_LOGIN ? "http_access allow known" : "http_access allow all");
        lines.add("http_access deny all");
        Path configuration = folder.write("squid.conf", String.join("\n", lines) + "\n");
        Set<Told> tells = EnumSet.of(Told.TARGET, Told.UPSTREAM_PORTS);
        if (!box.kind().endsTls()) {
            tells.add(Told.CLIENT_BYTES);
        }
        return new Rendering(
                List.of(),
                List.of(program.toString(), "-N", "-d", "1", "-n", folder.name(), "-f", configuration.toString()),
                LOG,
                Squid::read,
                tells);
    }

    private List<String> common(Path program) {
        Path share = program.resolveSibling("../share/squid").normalize();
        List<String> lines = new ArrayList<>(List.of(
                "visible_hostname squid.test",
                "hosts_file " + folder.file("hosts"),
                "dns_nameservers 127.0.0.1",
                "cache deny all",
                "logformat connection %>p %<lp %>st %<st %ssl::bump_mode %>Hs %rm %ru",
                "access_log stdio:" + folder.file(LOG) + " connection",
                "cache_log " + folder.file("cache.log"),
                "pid_filename none",
                "coredump_dir " + folder.path(),
                "shutdown_lifetime 0 seconds",
                "sslproxy_session_cache_size 0",
                "pinger_enable off",
                "mime_table " + share + "/mime.conf",
                "icon_directory " + share + "/icons",
                "error_directory " + share + "-langpack/templates",
                "unlinkd_program " + helper(program, "unlinkd")));
        if (OwnFolder.asRoot()) {
            lines.add("cache_effective_user " + OwnFolder.UNPRIVILEGED);
        }
        return lines;
    }

    /** The helper compares with the MD5 of the password, in hexadecimal digits. */
    private List<String> login(Path program) {
        String digest = md5(settings.login().password());
        Path users = folder.write("users", settings.login().user() + ":" + digest + "\n");
        return List.of(
                "http_port " + listening(),
                "auth_param basic program " + helper(program, "basic_ncsa_auth") + " " + users,
                "auth_param basic realm laboratory",
                "acl known proxy_auth REQUIRED");
    }

    private List<String> bumping(Path program, List<String> rules) {
        Path authority = folder.write(
                "authority.pem",
                Pem.encode(settings.inspector().identity().key())
                        + Pem.encode(settings.inspector().certificate()));
        Path anchors = folder.write(
                "laboratory.pem", Pem.encode(settings.replicaTrust().anchors()));
        List<String> lines = new ArrayList<>(List.of(
                "http_port " + listening() + " ssl-bump generate-host-certificates=on tls-cert=" + authority,
                "sslcrtd_program " + helper(program, "security_file_certgen"),
                "sslcrtd_children 1 startup=1 idle=1",
                "tls_outgoing_options cafile=" + anchors,
                "acl first at_step SslBump1",
                "acl second at_step SslBump2",
                "acl replica ssl::server_name " + settings.replica()));
        rules.forEach(rule -> lines.add("ssl_bump " + rule));
        return lines;
    }

    private String listening() {
        return settings.listen() + ":" + port;
    }

    private static Path helper(Path program, String name) {
        return program.resolveSibling("../lib/squid/" + name).normalize();
    }

    private static List<Passage> read(List<String> lines) {
        LoggedPassage.Book book = new LoggedPassage.Book();
        for (String line : lines) {
            String[] fields = line.split(" ", -1);
            if (fields.length < 8 || !fields[0].matches("[1-9]\\d*")) {
                continue;
            }
            LoggedPassage passage = book.of(fields[0]).upstream(fields[1]).clientBytes(fields[2], fields[3]);
            if (fields[6].equals("CONNECT")) {
                passage.target(fields[7]);
                if (!fields[5].equals("407")) {
                    passage.treated(treatment(fields[4], fields[5]));
                }
            }
            // Who was told to log in may still do so over the same connection.
            if (!fields[5].equals("407")) {
                passage.ended();
            }
        }
        return book.passages();
    }

    private static Treatment treatment(String mode, String status) {
        return switch (mode) {
            case "bump", "client-first", "server-first", "stare" -> Treatment.TERMINATED;
            case "splice", "peek" -> Treatment.PASSED;
            default -> status.equals("200") ? Treatment.PASSED : Treatment.REFUSED;
        };
    }

    private static String md5(String password) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(password.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
