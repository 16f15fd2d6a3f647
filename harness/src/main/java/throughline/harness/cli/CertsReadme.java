package throughline.harness.cli;

import java.nio.file.Path;
import java.security.cert.X509CRL;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import throughline.certs.Usage;

/** The README.md of a folder of certificates: what each file is, and lines to paste, with the real names filled in. */
final class CertsReadme {
    /** What shells, nginx and squid all read as it is. Squid knows no way to quote a space in a file name. */
    private static final Pattern PLAIN_PATH = Pattern.compile("[A-Za-z0-9/._+@-]+");

    private static final String PORT = "8443";

    private final CertsOrder order;
    private final List<CertsFolder.Made> made;
    private final CertificateName host;
    private final CertificateName client;

    /** Whether the CRL is of those who issued the two: of an intermediate's certificates it says nothing. */
    private final boolean covered;

    CertsReadme(CertsOrder order, List<CertsFolder.Made> made, X509CRL crl) {
        this.order = order;
        this.made = made;
        this.host = order.names(Usage.SERVER).get(0);
        this.client = order.names(Usage.CLIENT).get(0);
        this.covered = made.stream()
                .filter(one -> one.name().equals(host) || one.name().equals(client))
                .allMatch(one -> one.identity().leaf().getIssuerX500Principal().equals(crl.getIssuerX500Principal()));
    }

    String text() {
        StringBuilder text = new StringBuilder(introduction());
        text.append(openssl());
        text.append(curl());
        text.append(order.pem() ? nginx() + squid() : "");
        text.append(order.p12() ? java() : "");
        text.append(throughline());
        return text.toString();
    }

    private String introduction() {
        return """
                # Certificates for trying things out

                Made by `throughline certs`. Do not use them for anything else: everyone who can read a `.key` or `.p12` file here is
                whom it names. The authority's own key was not kept, so nothing can be added later; make a new folder instead.
                FLAW
                | file | what it is |
                |---|---|
                ROWS

                Lines to paste follow, for HOST and CLIENT; for other names change the names. Those for `openssl` and `curl`
                are to be run in this folder.
                """.replace("FLAW", flaw())
                .replace("ROWS", rows())
                .replace("HOST", "`" + host.value() + "`")
                .replace("CLIENT", "`" + client.value() + "`");
    }

    private String flaw() {
        return order.flaw()
                .map(flaw -> "\nThe flaw is `" + flaw.id() + "`: " + flaw.description() + " See " + flaw.clause()
                        + ". It is in " + flawed()
                        + (CertsOrder.ofTheOrder(flaw) ? ", in the `.pem` files alone" : "")
                        + "."
                        + (flaw.needsRevocationPoints()
                                ? " The certificates say to ask this machine, where nothing answers unless you let it;"
                                        + " no OCSP answer is among these files."
                                : "")
                        + "\nPeers may refuse: that is what it is for.\n")
                .orElse("");
    }

    private String flawed() {
        return made.stream()
                .filter(CertsFolder.Made::flawed)
                .map(one -> "`" + one.name().value() + "`")
                .collect(Collectors.joining(", "));
    }

    private String rows() {
        StringBuilder rows = new StringBuilder();
        rows.append("| `ca.pem` | the authority to trust |\n");
        rows.append("| `ca.crl` | its certificate revocation list, PEM |\n");
        if (order.p12()) {
            rows.append("| `ca.p12` | the authority as a trust store for Java |\n");
            rows.append("| `password.txt` | the password of all `.p12` files, in the first line |\n");
        }
        for (CertsFolder.Made one : made) {
            String files = order.files(one.name()).stream()
                    .map(file -> "`" + file + "`")
                    .collect(Collectors.joining(", "));
            rows.append("| " + files + " | " + (one.name().end() == Usage.SERVER ? "server" : "client") + " `"
                    + one.name().value() + "`, valid until " + time(one.until()) + " |\n");
        }
        return rows.toString().stripTrailing();
    }

    private String openssl() {
        String lines = order.pem() ? opensslPem() : "";
        String stores = order.p12() ? """
                    openssl pkcs12 -in HOST.p12 -passin file:password.txt -info -noout
                    openssl pkcs12 -in CLIENT.p12 -passin file:password.txt -nokeys
                    """ : "";
        return filled("\n## openssl\n\n```sh\nopenssl crl -in ca.crl -noout -issuer -lastupdate -nextupdate\n" + stores
                        + lines + "```\n")
                + (order.pem() ? opensslTls() : "");
    }

    private String opensslPem() {
        return """
                openssl x509 -in HOST.pem -noout -subject -issuer -dates -ext subjectAltName,extendedKeyUsage
                openssl verify -CAfile ca.pem -untrusted HOST.pem -purpose sslserver VERIFY HOST.pem
                openssl verify -CAfile ca.pem -untrusted CLIENT.pem -purpose sslclient CLIENT.pem
                """
                + (covered
                        ? "openssl verify -CAfile ca.pem -untrusted HOST.pem -crl_check -CRLfile ca.crl HOST.pem\n"
                        : "");
    }

    private String opensslTls() {
        return filled("""

                A server that requires client certificates, in one terminal, and a client in another:

                ```sh
                openssl s_server -accept 127.0.0.1:PORT -cert HOST.pemCHAIN_OF_HOST -key HOST.key -CAfile ca.pemCRL -Verify 3 -verify_return_error -www
                ```

                ```sh
                openssl s_client -connect 127.0.0.1:PORT SNI VERIFY -CAfile ca.pemCRL -cert CLIENT.pemCHAIN_OF_CLIENT -key CLIENT.key -verify_return_error </dev/null
                ```
                """);
    }

    private String curl() {
        String pem = "curl CONNECT --cacert ca.pem --cert CLIENT.pem --key CLIENT.key 'https://URLHOST:PORT/'\n";
        String checked =
                "curl CONNECT --cacert ca.pem --crlfile ca.crl --cert CLIENT.pem --key CLIENT.key 'https://URLHOST:PORT/'\n";
        String p12 =
                "printf 'pass = \"%s\"\\n' \"$(cat password.txt)\" | curl --config - CONNECT --cacert ca.pem --cert-type P12 --cert CLIENT.p12 'https://URLHOST:PORT/'\n";
        return filled("\n## curl\n\nTo a server on port PORT of this machine"
                + (order.pem() ? ", such as the one above" : "")
                + ":\n\n```sh\n"
                + (order.pem() ? pem : "")
                + (order.pem() && covered ? checked : "")
                + (order.p12() ? p12 : "")
                + "```\n");
    }

    private String nginx() {
        return filled("""

                ## nginx

                ```nginx
                server {
                    listen 127.0.0.1:PORT ssl;
                    server_name URLHOST;
                    ssl_certificate FOLDER/HOST.pem;
                    ssl_certificate_key FOLDER/HOST.key;
                    ssl_client_certificate FOLDER/ca.pem;NGINX_CRL
                    ssl_verify_client on;
                    ssl_verify_depth 3;
                }
                ```
                """);
    }

    private String squid() {
        return filled("""

                ## squid

                A proxy that is spoken to over TLS and requires client certificates; it shows the client's certificate itself where it
                opens TLS. `clientca` and `crlfile` are of a squid that is built with OpenSSL (Debian: `squid-openssl`).

                ```squid
                https_port 127.0.0.1:3129 tls-cert=FOLDER/HOST.pem tls-key=FOLDER/HOST.key clientca=FOLDER/ca.pemSQUID_CRL
                tls_outgoing_options cert=FOLDER/CLIENT.pem key=FOLDER/CLIENT.key cafile=FOLDER/ca.pem
                ```
                """);
    }

    private String java() {
        return filled("""

                ## Java

                ```sh
                keytool -list -v -keystore CLIENT.p12 -storetype pkcs12 -storepass:file password.txt
                keytool -list -keystore ca.p12 -storetype pkcs12 -storepass:file password.txt
                ```

                As system properties, in a file of arguments that only its owner can read, because command lines can be seen by others;
                your program takes the place of `-version`:

                ```sh
                (umask 077 && printf -- '-Djavax.net.ssl.%s\\n' trustStore=ca.p12 trustStoreType=pkcs12 "trustStorePassword=$(cat password.txt)" keyStore=CLIENT.p12 keyStoreType=pkcs12 "keyStorePassword=$(cat password.txt)" >java.args)
                java @java.args -version
                ```
                """);
    }

    private String throughline() {
        String identities = order.pem()
                ? "--cert FOLDER/NAME.pem --key FOLDER/NAME.key --trust FOLDER/ca.pem"
                : "--cert FOLDER/NAME.p12 --trust FOLDER/ca.p12 --password-file FOLDER/password.txt";
        return filled("""

                ## Throughline

                ```sh
                ./throughline replica --listen LISTEN:PORT --store disks\s"""
                + identities.replace("NAME", "HOST")
                + " --allow 'ALLOWED'"
                + "\n./throughline replicate disk.img --to 'https://URLHOST:PORT' "
                + identities.replace("NAME", "CLIENT")
                + "\n```\n"
                + (order.p12() && order.pem()
                        ? "\nThe `.p12` files go to `--cert` and `--trust` as well, with `--password-file FOLDER/password.txt`.\n"
                        : "")
                + (local() || host.isAddress()
                        ? ""
                        : "\nThe second line works where `" + host.asked() + "` resolves to the replica's address.\n")
                + placeholder());
    }

    private boolean local() {
        return host.asked().equals("localhost") || host.value().equals("127.0.0.1");
    }

    /** Where the path is one that would have to be quoted differently in each of the programs. */
    private String placeholder() {
        return folder().equals("FOLDER") ? "\n`FOLDER` stands for the absolute path of this folder.\n" : "";
    }

    private String folder() {
        String path =
                Path.of("").resolve(order.folder()).toAbsolutePath().normalize().toString();
        return PLAIN_PATH.matcher(path).matches() ? path : "FOLDER";
    }

    private String filled(String lines) {
        return lines.replace("NGINX_CRL", covered ? "\n    ssl_crl FOLDER/ca.crl;" : "")
                .replace("SQUID_CRL", covered ? " crlfile=FOLDER/ca.crl" : "")
                .replace("ca.pemCRL", covered ? "ca.pem -CRL ca.crl -crl_check" : "ca.pem")
                .replace("CHAIN_OF_HOST", chain(host, "HOST"))
                .replace("CHAIN_OF_CLIENT", chain(client, "CLIENT"))
                .replace("VERIFY", (host.isAddress() ? "-verify_ip " : "-verify_hostname ") + host.asked())
                .replace(" SNI", host.isAddress() ? " -noservername" : " -servername " + host.asked())
                .replace(" CONNECT", local() ? "" : " --connect-to ::127.0.0.1:PORT")
                .replace("LISTEN", host.isAddress() ? host.inUrl() : "127.0.0.1")
                .replace("URLHOST", host.inUrl())
                .replace("HOST", host.file())
                .replace("CLIENT", client.file())
                .replace("PORT", PORT)
                .replace("FOLDER", folder())
                .replace("ALLOWED", client.value());
    }

    /** Openssl takes the first certificate of a file alone, unless it is told otherwise. */
    private String chain(CertificateName name, String file) {
        return made.stream()
                        .filter(one -> one.name().equals(name))
                        .anyMatch(one -> one.identity().chain().size() > 1)
                ? " -cert_chain " + file + ".pem"
                : "";
    }

    private static String time(Instant instant) {
        return DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'")
                .withZone(ZoneOffset.UTC)
                .format(instant);
    }
}
