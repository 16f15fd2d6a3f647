package throughline.harness.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import throughline.certs.Flaw;
import throughline.certs.KeyType;
import throughline.certs.Usage;
import throughline.harness.text.Nearest;
import throughline.protocol.Excerpt;

/**
 * What {@code throughline certs} is asked to make, checked.
 *
 * @param folder where to
 * @param names hosts first; no two of them have a file in common
 * @param flaw of each certificate whose end can have it
 * @param validity of a certificate without a flaw, from now
 */
record CertsOrder(
        Path folder,
        List<CertificateName> names,
        Optional<Flaw> flaw,
        KeyType keyType,
        Duration validity,
        Set<Format> formats) {
    private static final int MOST_NAMES = 100;
    private static final Duration SHORTEST = Duration.ofDays(1);
    private static final Duration LONGEST = Duration.ofDays(3650);

    CertsOrder {
        formats = Set.copyOf(formats);
    }

    enum Format {
        PEM,
        P12
    }

    /** Without any host, localhost; without any client, primary. */
    static List<CertificateName> names(List<String> hosts, List<String> clients) throws BadInputException {
        if (hosts.size() + clients.size() > MOST_NAMES) {
            throw new BadInputException(
                    (hosts.size() + clients.size()) + " names; accepted are at most " + MOST_NAMES + " together");
        }
        List<CertificateName> names = new ArrayList<>();
        if (hosts.isEmpty()) {
            names.add(CertificateName.localhost());
        }
        for (String host : hosts) {
            names.add(CertificateName.of(Usage.SERVER, host));
        }
        for (String client : clients.isEmpty() ? List.of("primary") : clients) {
            names.add(CertificateName.of(Usage.CLIENT, client));
        }
        requireFilesOfTheirOwn(names);
        return List.copyOf(names);
    }

    static Path folder(String given) throws BadInputException {
        try {
            if (given.isEmpty()) {
                throw new BadInputException("DIR is empty; accepted is a folder that exists or can be made");
            }
            return Path.of(given);
        } catch (InvalidPathException notAPath) {
            throw new BadInputException(
                    "DIR \"" + Excerpt.of(given) + "\"; accepted is a folder that exists or can be made");
        }
    }

    static Optional<Flaw> flaw(String given) throws BadInputException {
        List<String> ids = Arrays.stream(Flaw.values()).map(Flaw::id).toList();
        Optional<Flaw> flaw = Arrays.stream(Flaw.values())
                .filter(one -> one.id().equals(given))
                .findFirst();
        if (flaw.isEmpty()) {
            List<String> near = Nearest.of(given, ids);
            throw new BadInputException("--flaw \"" + Excerpt.of(given) + "\"; "
                    + (near.isEmpty() ? "" : "similar: " + String.join(", ", near) + "; ")
                    + "accepted is what throughline certs --list prints");
        }
        return flaw;
    }

    static KeyType keyType(String given) throws BadInputException {
        return KeyType.find(given)
                .orElseThrow(() -> new BadInputException("--key-type \"" + Excerpt.of(given) + "\"; accepted are "
                        + String.join(
                                ", ",
                                Arrays.stream(KeyType.values()).map(KeyType::id).toList())));
    }

    static Duration validity(String given) throws BadInputException {
        try {
            Duration validity = Duration.parse(given);
            if (validity.compareTo(SHORTEST) >= 0 && validity.compareTo(LONGEST) <= 0) {
                return validity;
            }
        } catch (DateTimeException | ArithmeticException notADuration) {
            // Answered like one that is out of range.
        }
        throw new BadInputException("--validity \"" + Excerpt.of(given)
                + "\"; accepted is a duration in days, hours or less from P1D to P3650D, such as P30D or PT36H");
    }

    static Set<Format> formats(List<String> given) throws BadInputException {
        Set<Format> formats = EnumSet.noneOf(Format.class);
        for (String one : given) {
            formats.add(
                    switch (one) {
                        case "pem" -> Format.PEM;
                        case "p12" -> Format.P12;
                        default ->
                            throw new BadInputException("--format \"" + Excerpt.of(one) + "\"; accepted are pem, p12");
                    });
        }
        return formats;
    }

    /** @throws BadInputException if the flaw is of how a chain is sent, and there is no file that can say so */
    void requireFlawCanBeWritten() throws BadInputException {
        if (!pem() && flaw.filter(CertsOrder::ofTheOrder).isPresent()) {
            throw new BadInputException("--flaw " + flaw.get().id()
                    + " is one of how a chain is sent, which PKCS#12 does not keep; accepted is --format pem");
        }
    }

    /** Whether it is in the PEM files alone. */
    static boolean ofTheOrder(Flaw flaw) {
        return flaw == Flaw.WRONG_ORDER || flaw == Flaw.EXTRA_CERTIFICATES;
    }

    boolean pem() {
        return formats.contains(Format.PEM);
    }

    boolean p12() {
        return formats.contains(Format.P12);
    }

    List<CertificateName> names(Usage end) {
        return names.stream().filter(name -> name.end() == end).toList();
    }

    /** The authority's own files come first, then those of each name, then what is told about them. */
    List<String> files() {
        return Stream.of(
                        authorityFiles().stream(),
                        names.stream().flatMap(name -> files(name).stream()),
                        Stream.of("README.md"))
                .flatMap(part -> part)
                .toList();
    }

    List<String> authorityFiles() {
        return p12() ? List.of("ca.pem", "ca.crl", "ca.p12", "password.txt") : List.of("ca.pem", "ca.crl");
    }

    List<String> files(CertificateName name) {
        Stream<String> pem = pem() ? Stream.of(".pem", ".key") : Stream.of();
        Stream<String> p12 = p12() ? Stream.of(".p12") : Stream.of();
        return Stream.concat(pem, p12).map(name.file()::concat).toList();
    }

    private static void requireFilesOfTheirOwn(List<CertificateName> names) throws BadInputException {
        Map<String, CertificateName> owners = new HashMap<>();
        for (CertificateName name : names) {
            if (name.file().equals("ca")) {
                throw new BadInputException(
                        said(name) + " would be written to ca.pem, which is the authority's; accepted is another name");
            }
            CertificateName before = owners.putIfAbsent(name.file(), name);
            if (before != null) {
                throw new BadInputException(said(before) + " and " + said(name) + " would both be written to "
                        + name.file() + ".pem; accepted are names that differ, whatever their case");
            }
        }
    }

    private static String said(CertificateName name) {
        return CertificateName.option(name.end()) + " \"" + Excerpt.of(name.value()) + "\"";
    }
}
