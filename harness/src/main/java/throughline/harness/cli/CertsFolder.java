package throughline.harness.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import throughline.certs.Flaw;
import throughline.certs.IdentityWriter;
import throughline.certs.LeafRequest;
import throughline.certs.StagedFiles;
import throughline.certs.TestPki;
import throughline.certs.Usage;
import throughline.identity.Identity;
import throughline.identity.Password;
import throughline.identity.Trust;
import throughline.identity.UnusableIdentityException;
import throughline.protocol.Excerpt;
import throughline.protocol.Json;

/** Certificates made to an order, on their way into files. */
final class CertsFolder {
    private static final SecureRandom RANDOM = new SecureRandom();
    /** Without what looks alike and without what any shell, file of arguments or configuration could take for its own. */
    private static final String PASSWORD_CHARACTERS = "abcdefghijkmnpqrstuvwxyz23456789";

    private static final int PASSWORD_LENGTH = 26; // of 5 bits each: 130 bits

    private final CertsOrder order;
    private final Trust trust;
    private final X509CRL crl;
    private final List<Made> made;

    private CertsFolder(CertsOrder order, Trust trust, X509CRL crl, List<Made> made) {
        this.order = order;
        this.trust = trust;
        this.crl = crl;
        this.made = made;
    }

    record Made(CertificateName name, Identity identity, boolean flawed) {
        Instant until() {
            return identity.leaf().getNotAfter().toInstant();
        }

        /** PKCS#12 keeps no order, and Java refuses to write a chain that is not in that of the issuers. */
        Identity forPkcs12() {
            List<X509Certificate> sorted = new ArrayList<>(List.of(identity.leaf()));
            List<X509Certificate> rest =
                    new ArrayList<>(identity.chain().subList(1, identity.chain().size()));
            for (Optional<X509Certificate> next = issuer(sorted, rest); next.isPresent(); next = issuer(sorted, rest)) {
                sorted.add(next.get());
                rest.remove(next.get());
            }
            try {
                return sorted.equals(identity.chain()) ? identity : Identity.of(identity.key(), sorted);
            } catch (UnusableIdentityException impossible) {
                throw new IllegalStateException("A key that is not the leaf's comes with no chain.", impossible);
            }
        }

        private static Optional<X509Certificate> issuer(List<X509Certificate> sorted, List<X509Certificate> among) {
            X509Certificate last = sorted.get(sorted.size() - 1);
            return among.stream()
                    .filter(one -> one.getSubjectX500Principal().equals(last.getIssuerX500Principal()))
                    .findFirst();
        }
    }

    /** @throws BadInputException if the flaw is none of such a certificate: of its name or of its key type */
    static CertsFolder make(CertsOrder order, InstantSource clock) throws BadInputException {
        FolderRevocation revocation = new FolderRevocation(clock);
        boolean pointed = order.flaw().filter(Flaw::needsRevocationPoints).isPresent();
        TestPki pki = pointed
                ? TestPki.withRevocation(clock, revocation, order.keyType())
                : TestPki.create(clock, order.keyType());
        List<Made> made = new ArrayList<>();
        for (CertificateName name : order.names()) {
            made.add(make(order, name, pki));
        }
        X509CRL crl = order.flaw().filter(Flaw.STALE_CRL::equals).isPresent()
                ? revocation.stale(pki.root())
                : revocation.current(pki.root(), order.validity());
        return new CertsFolder(order, pki.trust(), crl, made);
    }

    private static Made make(CertsOrder order, CertificateName name, TestPki pki) throws BadInputException {
        LeafRequest good =
                name.request().withKeyType(order.keyType()).withValidity(Duration.ofHours(-1), order.validity());
        Optional<Flaw> flaw = order.flaw().filter(one -> one.usages().contains(name.end()));
        try {
            Identity identity = flaw.isPresent() ? pki.issue(good, flaw.get()) : pki.issue(good);
            return new Made(name, identity, flaw.isPresent());
        } catch (IllegalArgumentException impossible) {
            throw new BadInputException("--flaw " + flaw.map(Flaw::id).orElse("") + " for "
                    + CertificateName.option(name.end()) + " \"" + Excerpt.of(name.value()) + "\": "
                    + Excerpt.of(String.valueOf(impossible.getMessage()), 200));
        }
    }

    void writeTo(StagedFiles files) throws IOException {
        files.write("ca.pem", file -> IdentityWriter.pem(trust, file));
        files.write("ca.crl", file -> IdentityWriter.pem(crl, file));
        if (order.pem()) {
            for (Made one : made) {
                writePem(one, files);
            }
        }
        if (order.p12()) {
            writePkcs12(files);
        }
        String readme = new CertsReadme(order, made, crl).text();
        files.write("README.md", file -> Files.writeString(file, readme));
    }

    void print(Terminal terminal, boolean json) {
        terminal.out().print(json ? Json.plain().pretty(summary()) : text());
        terminal.out().flush();
    }

    private static void writePem(Made one, StagedFiles files) throws IOException {
        String name = one.name().file();
        files.write(
                name + ".pem", file -> IdentityWriter.pem(one.identity(), file, file.resolveSibling(name + ".key")));
    }

    private void writePkcs12(StagedFiles files) throws IOException {
        try (Password password = randomPassword()) {
            files.write("password.txt", file -> IdentityWriter.password(password, file));
            files.write("ca.p12", file -> IdentityWriter.pkcs12(trust, password, file));
            for (Made one : made) {
                files.write(one.name().file() + ".p12", file -> IdentityWriter.pkcs12(one.forPkcs12(), password, file));
            }
        }
    }

    private static Password randomPassword() {
        char[] characters = new char[PASSWORD_LENGTH];
        try {
            for (int i = 0; i < characters.length; i++) {
                characters[i] = PASSWORD_CHARACTERS.charAt(RANDOM.nextInt(PASSWORD_CHARACTERS.length()));
            }
            return Password.of(characters);
        } finally {
            Arrays.fill(characters, '\0');
        }
    }

    private String text() {
        StringBuilder text =
                new StringBuilder("Written to " + Excerpt.of(order.folder().toString(), 200));
        order.flaw().ifPresent(flaw -> text.append(", with the flaw ").append(flaw.id()));
        text.append(":\n");
        text.append("  ").append(String.join(", ", order.authorityFiles())).append("  authority\n");
        for (Made one : made) {
            text.append("  ")
                    .append(String.join(", ", order.files(one.name())))
                    .append("  ")
                    .append(end(one))
                    .append(' ')
                    .append(one.name().value())
                    .append(", until ")
                    .append(one.until())
                    .append(one.flawed() || order.flaw().isEmpty() ? "" : ", without the flaw")
                    .append('\n');
        }
        return text.append("  README.md  lines to paste for openssl, curl, nginx, squid, Java and Throughline\n")
                .toString();
    }

    private Summary summary() {
        List<Line> lines = made.stream()
                .map(one -> new Line(one.name().value(), end(one), one.flawed(), one.until(), order.files(one.name())))
                .toList();
        return new Summary(order.folder().toString(), order.flaw().map(Flaw::id), lines, order.files());
    }

    private static String end(Made one) {
        return one.name().end() == Usage.SERVER ? "host" : "client";
    }

    /** @param flaw absent where there is none */
    private record Summary(String folder, Optional<String> flaw, List<Line> certificates, List<String> files) {}

    /** @param end {@code host} or {@code client} */
    private record Line(String name, String end, boolean flawed, Instant until, List<String> files) {}
}
