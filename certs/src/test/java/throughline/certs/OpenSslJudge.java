package throughline.certs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import throughline.identity.Identity;
import throughline.identity.TlsContexts;

/** What the openssl commands answer to an identity; in their handshakes the other end is JSSE. */
final class OpenSslJudge {
    private static final Pattern VERIFY_ERROR = Pattern.compile("error (\\d+) at (\\d+) depth lookup: (.*)");
    private static final Pattern HANDSHAKE_DEPTH = Pattern.compile("depth=(\\d+) .*");
    private static final Pattern HANDSHAKE_ERROR = Pattern.compile("verify error:num=(\\d+):(.*)");
    private static final Pattern LIBRARY_ERROR = Pattern.compile("[0-9A-F]+:error:[0-9A-F]+:[^:]*:[^:]*:([^:]*):.*");
    /** The security level is Debian's default; other builds of OpenSSL 3.0 have 1. */
    private static final String VERIFICATION =
            " -CAfile root.pem -no-CApath -no-CAstore -verify_return_error -cipher DEFAULT@SECLEVEL=2";

    private final TestPki pki;
    private final Path folder;
    private final boolean crls;

    private OpenSslJudge(TestPki pki, Path folder, boolean crls) throws IOException {
        this.pki = pki;
        this.folder = folder;
        this.crls = crls;
        IdentityWriter.pem(pki.trust(), folder.resolve("root.pem"));
        IdentityWriter.pem(
                pki.root().issue(LeafRequest.server("replica.lab.test")),
                folder.resolve("server.pem"),
                folder.resolve("server.key"));
    }

    static OpenSslJudge plain(TestPki pki, Path folder) throws IOException {
        return new OpenSslJudge(pki, folder, false);
    }

    /** Demands a CRL of the leaf's issuer, and has the one from where the leaf says. */
    static OpenSslJudge checkingCrl(TestPki pki, Path folder) throws IOException {
        return new OpenSslJudge(pki, folder, true);
    }

    /** {@code openssl verify}: "accepted", or the errors' numbers and texts. */
    String verify(Identity identity, Usage end, String name) throws IOException {
        IdentityWriter.pem(identity, folder.resolve("leaf.pem"), folder.resolve("leaf.key"));
        String purpose =
                switch (end) {
                    case SERVER -> "sslserver -verify_hostname " + name;
                    case CLIENT -> "sslclient";
                };
        String said = OpenSsl.in(folder)
                .verify("-CAfile root.pem -no-CApath -untrusted leaf.pem -purpose " + purpose
                        + crlOption("-CRLfile", identity) + " leaf.pem");
        List<String> errors = new ArrayList<>();
        for (String line : said.lines().toList()) {
            Matcher error = VERIFY_ERROR.matcher(line);
            if (error.matches()) {
                errors.add(error(error.group(1), error.group(3), error.group(2)));
            }
        }
        return answer(errors, said.contains("leaf.pem: OK"), said);
    }

    /** {@code openssl s_client} for a server's, {@code openssl s_server} for a client's. */
    String handshake(Identity identity, Usage end, String name) throws Exception {
        return switch (end) {
            case SERVER -> byClient(identity, name);
            case CLIENT -> byServer(identity);
        };
    }

    private String byClient(Identity server, String name) throws Exception {
        try (SSLServerSocket listener = JsseJudge.listener(
                TlsContexts.context(InsistentKeyManager.of(server), pki.trust().trustManager()))) {
            CompletableFuture<?> served = CompletableFuture.runAsync(() -> JsseJudge.accept(listener, false));
            Process client = start("s_client -connect 127.0.0.1:" + listener.getLocalPort() + " -servername " + name
                    + " -verify_hostname " + name + crlOption("-CRL", server) + VERIFICATION);
            client.getOutputStream().close();
            String said = rest(client);
            served.get(20, TimeUnit.SECONDS);
            return answerOf(said, said.contains("Verification: OK"));
        }
    }

    private String byServer(Identity client) throws Exception {
        Process server = start("s_server -accept 127.0.0.1:0 -naccept 1 -cert server.pem -key server.key -Verify 5"
                + crlOption("-CRL", client) + VERIFICATION);
        try {
            int port = acceptedPort(server.inputReader());
            try (SSLSocket socket = JsseJudge.client(
                    TlsContexts.context(
                            InsistentKeyManager.of(client), pki.trust().trustManager()),
                    port,
                    "replica.lab.test")) {
                JsseJudge.shakeHands(socket);
            } catch (IOException refused) {
                // What the server says counts.
            }
            String said = rest(server);
            return answerOf(said, said.contains("CIPHER is "));
        } finally {
            server.destroyForcibly();
        }
    }

    /**
     * The CRL from where the leaf says, if there is one. It is fetched here: with -crl_download, OpenSSL 3.0 never gives up
     * where nothing listens, and s_server fetches nothing.
     */
    private String crlOption(String option, Identity identity) throws IOException {
        Optional<URI> address = crls ? RevocationAddresses.crlOf(identity.leaf()) : Optional.empty();
        if (address.isEmpty()) {
            return crls ? " -crl_check" : "";
        }
        try (InputStream crl = address.get().toURL().openStream()) {
            String lines = Base64.getMimeEncoder().encodeToString(crl.readAllBytes());
            Files.writeString(
                    folder.resolve("crl.pem"), "-----BEGIN X509 CRL-----\n" + lines + "\n-----END X509 CRL-----\n");
            return " -crl_check " + option + " crl.pem";
        } catch (ConnectException nothingListens) {
            return " -crl_check";
        }
    }

    private Process start(String arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments.split(" ")));
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
    }

    private static int acceptedPort(BufferedReader said) throws IOException {
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith("ACCEPT ")) {
                return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
            }
        }
        throw new IOException("openssl s_server ended before it listened");
    }

    private static String rest(Process process) throws IOException, InterruptedException {
        StringBuilder said = new StringBuilder();
        process.inputReader().lines().forEach(line -> said.append(line).append('\n'));
        process.waitFor();
        return said.toString();
    }

    private static String answerOf(String said, boolean accepted) {
        List<String> errors = new ArrayList<>();
        String depth = "0";
        for (String line : said.lines().toList()) {
            Matcher judged = HANDSHAKE_DEPTH.matcher(line);
            Matcher error = HANDSHAKE_ERROR.matcher(line);
            Matcher library = LIBRARY_ERROR.matcher(line);
            if (judged.matches()) {
                depth = judged.group(1);
            } else if (error.matches()) {
                errors.add(error(error.group(1), error.group(2), depth));
            } else if (errors.isEmpty() && library.matches()) {
                errors.add(library.group(1));
            }
        }
        return answer(errors, accepted, said);
    }

    private static String error(String number, String text, String depth) {
        return number + " " + text.strip() + (depth.equals("0") ? "" : ", depth " + depth);
    }

    private static String answer(List<String> errors, boolean accepted, String said) {
        if (errors.isEmpty() && !accepted) {
            throw new AssertionError("openssl says neither yes nor no:\n" + said);
        }
        return errors.isEmpty() ? "accepted" : String.join("; ", errors);
    }
}
