package throughline.harness.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import throughline.certs.CertificateAuthority;
import throughline.harness.middlebox.HeaderField;
import throughline.harness.middlebox.InspectorHttp;
import throughline.harness.middlebox.InspectorSettings;
import throughline.harness.middlebox.Probe;
import throughline.harness.middlebox.WhenClientCertificateDemanded;
import throughline.identity.Identity;
import throughline.identity.Pem;
import throughline.protocol.Excerpt;

/** How an inspector behaves; over a persona, what is given here has the last word. */
final class InspectorOptions {
    private static final long LARGEST_OLD_FILE = 1 << 20;

    @Option(
            names = "--when-demanded",
            paramLabel = "WORD",
            description = "What it does when the replica demands a client certificate; throughline list shows the words"
                    + " (default: answer-502, or present-own with --own-cert).")
    private @Nullable String whenDemanded;

    @Option(
            names = "--exempt",
            split = ",",
            paramLabel = "HOST",
            description = "A host that it passes untouched, whatever the port.")
    private Set<String> exempt = Set.of();

    @Option(
            names = "--probe",
            paramLabel = "WORD",
            description = "A handshake of its own before it passes an exempt host: none, unchecked, checked (a"
                    + " certificate that it does not believe is refused) or required (so is every one that is not"
                    + " finished; default: none).")
    private @Nullable String probe;

    @Option(
            names = "--http",
            paramLabel = "VERSION",
            description = "http/1.1, or h2 with a client that offers it (default: http/1.1).")
    private @Nullable String http;

    @Option(names = "--mimic-leaf", description = "Looks first and copies the replica's certificate.")
    private boolean mimicsLeaf;

    @Option(names = "--forward-hello", description = "Sends the client's hello on before it forges.")
    private boolean forwardsHello;

    @Option(names = "--no-replica-check", description = "Believes every certificate of the replica's.")
    private boolean unchecked;

    @Option(
            names = "--header",
            paramLabel = "\"NAME: VALUE\"",
            description = "A field that it adds to requests and answers; may be given several times.")
    private List<String> headers = List.of();

    @Option(
            names = "--remove-header",
            split = ",",
            paramLabel = "NAME",
            description = "A field that it takes out of them.")
    private List<String> removed = List.of();

    @Option(names = "--via", paramLabel = "NAME", description = "What it leaves in Via; none for nothing.")
    private @Nullable String via;

    @Option(names = "--buffer-bodies", description = "Sends a request on only when it has all of it.")
    private boolean buffersBodies;

    @Option(
            names = "--ca-out",
            paramLabel = "FILE",
            description = "Where it writes the certificate of its authority, which is new in every run.")
    private @Nullable Path authorityFile;

    InspectorSettings settings(InspectorSettings.Builder settings, BoxCertificates certificates)
            throws BadInputException {
        demand(settings, certificates.shown(), certificates.own());
        exempt.forEach(settings::exempt);
        if (probe != null) {
            settings.probe(one("--probe", probe, List.of(Probe.values()), Probe::word));
        }
        if (http != null) {
            settings.http(one("--http", http, List.of(InspectorHttp.values()), InspectorOptions::version));
        }
        if (mimicsLeaf) {
            settings.mimicLeaf();
        }
        if (forwardsHello) {
            settings.forwardHello();
        }
        if (unchecked) {
            settings.trustEveryReplica();
        }
        if (buffersBodies) {
            settings.bufferBodies();
        }
        fields(settings);
        return settings.build();
    }

    private void demand(InspectorSettings.Builder settings, Optional<Identity> shown, Optional<Identity> own)
            throws BadInputException {
        Optional<WhenClientCertificateDemanded> chosen = whenDemanded == null
                ? own.map(any -> WhenClientCertificateDemanded.PRESENT_OWN)
                : Optional.of(one(
                        "--when-demanded",
                        whenDemanded,
                        List.of(WhenClientCertificateDemanded.values()),
                        WhenClientCertificateDemanded::word));
        boolean escrow =
                chosen.filter(WhenClientCertificateDemanded.ESCROW::equals).isPresent();
        boolean presents =
                chosen.filter(WhenClientCertificateDemanded::presents).isPresent();
        if (escrow != shown.isPresent() || presents != own.isPresent()) {
            throw new BadInputException(
                    "an inspector is given certificates for what it does with them; accepted are --when-demanded"
                            + " present-own with --own-cert FILE, and escrow with --own-cert FILE and the replica's"
                            + " own --cert FILE");
        }
        if (escrow) {
            settings.escrow(shown.get(), own.get());
        } else if (presents) {
            settings.presentOwn(own.get());
        } else {
            chosen.ifPresent(settings::whenClientCertificateDemanded);
        }
    }

    private void fields(InspectorSettings.Builder settings) throws BadInputException {
        for (String given : headers) {
            int colon = given.indexOf(':');
            if (colon < 1) {
                throw new BadInputException("--header \"" + Excerpt.of(given) + "\"; accepted is \"NAME: VALUE\"");
            }
            HeaderField field = new HeaderField(
                    given.substring(0, colon).strip(),
                    given.substring(colon + 1).strip());
            settings.addHeader(field.name(), field.value());
        }
        removed.forEach(settings::removeHeader);
        if (via != null && via.equals("none")) {
            settings.withoutVia();
        } else if (via != null) {
            settings.via(new HeaderField("Via", via).value());
        }
    }

    /** Where somebody who is to trust it finds it. */
    void write(CertificateAuthority authority) throws BadInputException {
        if (authorityFile == null) {
            return;
        }
        try {
            if (Files.exists(authorityFile) && !holdsCertificates(authorityFile)) {
                throw new BadInputException("--ca-out \"" + authorityFile
                        + "\" is there and holds something else; accepted is a new file, or one of certificates");
            }
            Files.writeString(authorityFile, Pem.encode(authority.certificate()));
        } catch (IOException e) {
            throw new BadInputException("--ca-out \"" + authorityFile + "\" cannot be written ("
                    + e.getClass().getSimpleName() + "); accepted is a file that can be made");
        }
    }

    /** Nobody's key is written over. */
    private static boolean holdsCertificates(Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) > LARGEST_OLD_FILE) {
            return false;
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        return text.isBlank() || (text.contains("-----BEGIN CERTIFICATE-----") && !text.contains("PRIVATE KEY"));
    }

    private static <T> T one(String option, String given, List<T> all, Function<T, String> word)
            throws BadInputException {
        return Choices.of(
                        option,
                        List.of(given),
                        all,
                        word,
                        name -> all.stream()
                                .filter(value -> word.apply(value).equals(name))
                                .findFirst())
                .get(0);
    }

    private static String version(InspectorHttp spoken) {
        return spoken == InspectorHttp.HTTP_1_1 ? "http/1.1" : "h2";
    }
}
