package throughline.harness.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import throughline.primary.CaseFormat;
import throughline.primary.ClientSettings;
import throughline.primary.ExpectedReplica;
import throughline.primary.ReplicationFailed;
import throughline.primary.dial.PacException;
import throughline.primary.evidence.CaseFile;
import throughline.protocol.Json;

/** Which replica, which way, and as whom: the same options on every command of a primary. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields before they are read
final class ConnectionOptions {
    @Option(names = "--to", required = true, paramLabel = "URL", description = "The replica: https://host:port.")
    private String replica;

    @Mixin
    private ProxyOptions proxy;

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

    /** A PAC script that was not had is a failure of the path, before there is any connection to make a case of. */
    int failed(Terminal terminal, PacException failed, boolean json) {
        String message = "--proxy pac: " + failed.getMessage();
        if (json) {
            terminal.out().print(Json.plain().pretty(Map.of("error", message)));
            terminal.out().flush();
        } else {
            terminal.err().println("throughline: " + message);
        }
        return ExitCode.NEGATIVE.code();
    }

    ClientSettings settings() throws BadInputException, PacException {
        if (caseFile != null && !Files.isWritable(caseFile.toAbsolutePath().getParent())) {
            throw new BadInputException(
                    "--case \"" + caseFile + "\" cannot be written; accepted is a file in a folder that"
                            + " exists, with permission to write");
        }
        try {
            URI address = Addresses.replica(replica);
            ClientSettings target = ClientSettings.to(address).build();
            return ClientSettings.to(address)
                    .http2(http2)
                    .proxy(proxy.settings(target.host(), target.port()))
                    .credentials(identity.source())
                    .revocation(identity.revocation())
                    .expectedReplica(new ExpectedReplica(Set.copyOf(pins)))
                    .build();
        } catch (IllegalArgumentException e) {
            throw new BadInputException(String.valueOf(e.getMessage()));
        }
    }
}
