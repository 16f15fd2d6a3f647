package throughline.harness.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import throughline.primary.CaseFormat;
import throughline.primary.ClientSettings;
import throughline.primary.ExpectedReplica;
import throughline.primary.ReplicationFailed;
import throughline.primary.dial.ProxySettings;
import throughline.primary.evidence.CaseFile;

/** Which replica, which way, and as whom: the same options on every command of a primary. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields before they are read
final class ConnectionOptions {
    @Option(names = "--to", required = true, paramLabel = "URL", description = "The replica: https://host:port.")
    private String replica;

    @Option(
            names = "--proxy",
            paramLabel = "URL",
            defaultValue = "environment",
            description =
                    "http://host:port, https://host:port, socks5h://host:port, direct, system (as the JVM is told)"
                            + " or environment (the default): HTTPS_PROXY, ALL_PROXY and NO_PROXY as curl reads them.")
    private String proxy;

    @Option(
            names = "--proxy-credentials-file",
            paramLabel = "FILE",
            description = "User name and password for the proxy of --proxy, a line each.")
    private @Nullable Path proxyCredentials;

    @Option(
            names = "--pin",
            split = ",",
            paramLabel = "SHA256",
            description = "SHA-256 of the replica's public key or its issuer's, 64 hexadecimal digits:"
                    + " settles whether the certificate shown is the replica's.")
    private List<String> pins = List.of();

    @Option(
            names = "--http2",
            description = "Offers HTTP/2 too, which costs more processor time; for paths that want it.")
    private boolean http2;

    @Mixin
    private IdentityOptions identity;

    @Option(
            names = "--case",
            paramLabel = "FILE",
            description = "Where the case file of a failure is written, for throughline explain.")
    private Path caseFile;

    /** Prints the verdict, keeps the case file where one is wanted, and says how the process ends. */
    int failed(Terminal terminal, ReplicationFailed failed, boolean json) throws IOException {
        Verdicts.print(terminal, failed.verdict(), json);
        keep(failed.caseFile());
        return Verdicts.exitCode(failed.verdict()).code();
    }

    /** Writes the case file, where one is wanted. */
    void keep(CaseFile content) throws IOException {
        if (caseFile != null) {
            Files.writeString(caseFile, CaseFormat.write(content));
        }
    }

    ClientSettings settings() throws BadInputException {
        if (caseFile != null && !Files.isWritable(caseFile.toAbsolutePath().getParent())) {
            throw new BadInputException(
                    "--case \"" + caseFile + "\" cannot be written; accepted is a file in a folder that"
                            + " exists, with permission to write");
        }
        try {
            URI address = Addresses.replica(replica);
            return ClientSettings.to(address)
                    .http2(http2)
                    .proxy(proxy(ClientSettings.to(address).build()))
                    .credentials(identity.source())
                    .revocation(identity.revocation())
                    .expectedReplica(new ExpectedReplica(Set.copyOf(pins)))
                    .build();
        } catch (IllegalArgumentException e) {
            throw new BadInputException(String.valueOf(e.getMessage()));
        }
    }

    /** What is discovered depends on whom it leads to. */
    private ProxySettings proxy(ClientSettings target) throws BadInputException {
        ProxySettings way = Addresses.proxy(proxy, target.host(), target.port());
        Path file = proxyCredentials;
        return file == null ? way : Addresses.proxy(way, file);
    }
}
