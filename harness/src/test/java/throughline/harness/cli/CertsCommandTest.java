package throughline.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.certs.Flaw;
import throughline.certs.KeyType;
import throughline.identity.IdentityFiles;
import throughline.identity.Password;
import throughline.identity.Pem;
import throughline.identity.Trust;

class CertsCommandTest {
    @TempDir
    Path parent;

    @Test
    void byDefaultThereIsOneHostAndOneClientInBothFormats() throws IOException {
        CommandLineRun run = make("");

        assertThat(content())
                .containsExactlyInAnyOrder(
                        "README.md",
                        "ca.crl",
                        "ca.p12",
                        "ca.pem",
                        "localhost.key",
                        "localhost.p12",
                        "localhost.pem",
                        "password.txt",
                        "primary.key",
                        "primary.p12",
                        "primary.pem");
        assertThat(run.out())
                .startsWith("Written to " + folder())
                .contains("localhost.pem", "primary.p12", "README.md");
    }

    @Test
    void theDefaultHostIsThisMachineByAllOfItsNames() throws Exception {
        make("");

        // 2 is dNSName and 7 iPAddress in GeneralName's choice (RFC 5280, 4.2.1.6).
        assertThat(leaf("localhost").getSubjectAlternativeNames())
                .containsExactlyInAnyOrder(
                        List.of(2, "localhost"), List.of(7, "127.0.0.1"), List.of(7, "0:0:0:0:0:0:0:1"));
    }

    @ParameterizedTest
    @CsvSource({
        "--host A.Example.TEST,         a.example.test.pem",
        "--host *.example.test,         _wildcard.example.test.pem",
        "--host 192.0.2.1,              192.0.2.1.pem",
        "--host 2001:DB8::1,            2001_db8__1.pem",
        "--host ::1,                    __1.pem",
        "--client node_7.example.test,  node_7.example.test.key",
    })
    void filesAreNamedAfterWhomTheyName(String options, String file) throws IOException {
        make(options);

        assertThat(content()).contains(file);
    }

    @Test
    void withOneFormatTheFilesOfTheOtherAreLeftOut() throws IOException {
        make("--format pem");
        List<String> pem = content();
        make("--format p12 --force");

        assertThat(pem).doesNotContain("password.txt", "ca.p12").contains("primary.key");
        assertThat(content()).contains("password.txt", "ca.p12", "primary.p12");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no POSIX permissions")
    void keysAndThePasswordAreTheirOwnersAlone() throws IOException {
        make("");

        for (String file : content()) {
            boolean secret =
                    file.endsWith(".key") || file.equals("password.txt") || file.matches("(localhost|primary)\\.p12");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder().resolve(file))))
                    .as(file)
                    .matches(secret ? "rw-------" : "rw-r.-r.-");
        }
    }

    @Test
    void neitherKeyNorPasswordIsPrinted() throws IOException {
        CommandLineRun text = make("");
        CommandLineRun json = make("--force --json");
        String password = Files.readString(folder().resolve("password.txt")).strip();

        assertThat(password).hasSize(26);
        for (CommandLineRun run : List.of(text, json)) {
            assertThat(run.out() + run.err()).doesNotContain(password, "PRIVATE KEY");
        }
        assertThat(folder().resolve("README.md")).content().doesNotContain(password, "PRIVATE KEY");
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void everyKeyTypeIsListedAndMade(KeyType type) throws Exception {
        make("--key-type " + type.id());

        assertThat(CommandLineRun.of("certs", "--help").out()).contains(type.id());
        assertThat(KeyType.of(leaf("localhost").getPublicKey())).contains(type);
        assertThat(leaf("localhost")).satisfies(leaf -> leaf.verify(authority().getPublicKey()));
    }

    @ParameterizedTest
    @CsvSource({"P1D, 24", "PT36H, 36", "P3650D, 87600"})
    void validityIsFromNowAndTheAuthoritysIsNoShorter(String validity, long hours) throws Exception {
        Instant before = Instant.now();
        make("--validity " + validity);

        Instant until = leaf("localhost").getNotAfter().toInstant();
        assertThat(until)
                .isBetween(
                        before.plus(Duration.ofHours(hours)).minusSeconds(1),
                        Instant.now().plus(Duration.ofHours(hours)));
        assertThat(authority().getNotAfter().toInstant()).isAfterOrEqualTo(until);
    }

    @ParameterizedTest
    @EnumSource(Flaw.class)
    void everyFlawIsMadeForTheEndsThatCanHaveIt(Flaw flaw) throws Exception {
        CommandLineRun run = make("--host replica.example.test --flaw " + flaw.id());

        assertThat(run.exitCode()).isZero();
        assertThat(folder().resolve("README.md")).content().contains("The flaw is `" + flaw.id() + "`");
        // A host alone, a client alone, or both.
        assertThat(run.out().split("without the flaw", -1).length - 1)
                .isEqualTo(2 - flaw.usages().size());
        for (String name : List.of("replica.example.test", "primary")) {
            try (Password password = Password.fromFile(folder().resolve("password.txt"))) {
                if (flaw != Flaw.KEY_MISMATCH) {
                    assertThat(IdentityFiles.identity(
                                            folder().resolve(name + ".p12"), Optional.empty(), Optional.of(password))
                                    .leaf())
                            .isEqualTo(leaf(name));
                }
            }
        }
    }

    @Test
    void aFlawOfHostsLeavesClientsGood() throws Exception {
        make("--flaw wrong-name");

        assertThat(leaf("localhost").getSubjectX500Principal().getName()).startsWith("CN=other.localhost");
        assertThat(leaf("primary").getSubjectX500Principal().getName()).startsWith("CN=primary");
    }

    @Test
    void theListNeedsNoFolderAndHasEveryFlaw() throws IOException {
        CommandLineRun list = CommandLineRun.of("certs", "--list");
        CommandLineRun json = CommandLineRun.of("certs", "--list", "--json");

        assertThat(list.exitCode()).isZero();
        for (Flaw flaw : Flaw.values()) {
            assertThat(list.out())
                    .contains("\n    " + flaw.description() + "\n")
                    .contains(flaw.clause());
            assertThat(("\n" + list.out())).contains("\n" + flaw.id() + " (");
            assertThat(json.out()).contains("\"id\" : \"" + flaw.id() + "\"");
        }
        assertThat(list.out()).contains("\nwrong-name (host; ").contains("\npublic-ca-leaf (client; ");
    }

    @Test
    void whatExistsIsKeptWithoutForce() throws IOException {
        Files.createDirectory(folder());
        Files.writeString(folder().resolve("primary.key"), "precious");

        CommandLineRun run = certs("");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("primary.key", "--force").hasLineCount(1);
        assertThat(content()).containsExactly("primary.key");
        assertThat(folder().resolve("primary.key")).hasContent("precious");
    }

    @Test
    void withForceFilesOfTheSameNamesAreReplacedAndOthersKept() throws Exception {
        make("--host a.test");
        X509Certificate before = leaf("a.test");
        Files.writeString(folder().resolve("notes.txt"), "mine");

        make("--host a.test --force");

        assertThat(leaf("a.test")).isNotEqualTo(before);
        leaf("a.test").verify(authority().getPublicKey());
        assertThat(folder().resolve("notes.txt")).hasContent("mine");
    }

    static List<Arguments> badInput() {
        String long10000 = "a".repeat(10_000);
        return List.of(
                arguments("", List.of("DIR is missing", "--list")),
                arguments("DIR/certs --host ../../etc/passwd", List.of("--host \"../../etc/passwd\"", "DNS name")),
                arguments("DIR/certs --host a/b", List.of("--host \"a/b\"")),
                arguments("DIR/certs --host ..", List.of("--host \"..\"")),
                arguments("DIR/certs --client .hidden", List.of("--client \".hidden\"")),
                arguments("DIR/certs --host -rf.test", List.of("-rf.test")),
                arguments("DIR/certs --host=", List.of("--host \"\"")),
                arguments("DIR/certs --host a\u0000b", List.of("--host \"a b\"")),
                arguments("DIR/certs --host a\nb", List.of("--host \"a b\"")),
                arguments("DIR/certs --host \u009b31mred\u202e", List.of("31mred")),
                arguments("DIR/certs --host münchen.test", List.of("münchen.test", "DNS name")),
                arguments("DIR/certs --host a,b", List.of("--host \"a,b\"")),
                arguments("DIR/certs --host a.*.test", List.of("a.*.test")),
                arguments("DIR/certs --host 10.0.0.256", List.of("10.0.0.256", "IP address")),
                arguments("DIR/certs --host 10.0.0.0/8", List.of("10.0.0.0/8")),
                arguments("DIR/certs --host fe80::1%eth0", List.of("fe80::1%eth0")),
                arguments("DIR/certs --host [::1]", List.of("[::1]")),
                arguments("DIR/certs --host " + long10000, List.of("--host \"aaa", "DNS name")),
                arguments(
                        "DIR/certs --host " + ("a".repeat(60) + ".").repeat(4) + "test",
                        List.of("248 characters", "240")),
                arguments("DIR/certs --host a.test --host A.TEST", List.of("--host \"a.test\"", "a.test.pem")),
                arguments(
                        "DIR/certs --host same.test --client same.test",
                        List.of("--host \"same.test\"", "--client \"same.test\"")),
                arguments(
                        "DIR/certs --host *.a.test --client _wildcard.a.test",
                        List.of("both be written to _wildcard.a.test.pem")),
                arguments("DIR/certs --client ca", List.of("--client \"ca\"", "ca.pem")),
                arguments(
                        "DIR/certs"
                                + IntStream.range(0, 101)
                                        .mapToObj(n -> " --host h" + n + ".test")
                                        .reduce("", String::concat),
                        List.of("101 names", "100")),
                arguments("DIR/certs --flaw expird", List.of("--flaw \"expird\"", "similar: expired", "--list")),
                arguments("DIR/certs --flaw WRONG_NAME", List.of("similar: wrong-name")),
                arguments("DIR/certs --flaw zzz", List.of("--flaw \"zzz\"", "--list")),
                arguments("DIR/certs --flaw " + long10000, List.of("--flaw \"aaa")),
                arguments("DIR/certs --flaw wildcard", List.of("--flaw wildcard", "localhost")),
                arguments("DIR/certs --flaw sha1-signature --key-type ed25519", List.of("sha1-signature", "SHA-1")),
                arguments("DIR/certs --flaw wrong-order --format p12", List.of("wrong-order", "--format pem")),
                arguments("DIR/certs --key-type dsa", List.of("--key-type \"dsa\"", "ec-p256, ec-p384, rsa-2048")),
                arguments("DIR/certs --validity 30", List.of("--validity \"30\"", "P1D to P3650D")),
                arguments("DIR/certs --validity P0D", List.of("--validity \"P0D\"", "P1D to P3650D")),
                arguments("DIR/certs --validity P-3D", List.of("P1D to P3650D")),
                arguments("DIR/certs --validity PT23H59M", List.of("P1D to P3650D")),
                arguments("DIR/certs --validity P3651D", List.of("P1D to P3650D")),
                arguments("DIR/certs --validity P1Y", List.of("P1D to P3650D")),
                arguments("DIR/certs --validity P999999999999999999D", List.of("P1D to P3650D")),
                arguments("DIR/certs --validity P" + "9".repeat(10_000) + "D", List.of("P1D to P3650D")),
                arguments("DIR/certs --format der", List.of("--format \"der\"", "pem, p12")),
                arguments("DIR/certs --format pem,,p12", List.of("--format \"\"")),
                arguments("DIR/file", List.of("DIR/file", "cannot be written", "not a folder")),
                arguments("DIR/file/below", List.of("DIR/file/below", "cannot be written")),
                arguments("DIR/" + "a".repeat(300), List.of("cannot be written")),
                arguments("DIR/a\u0000b", List.of("a folder that exists")),
                arguments("DIR/one DIR/two", List.of("DIR/two")));
    }

    @ParameterizedTest(name = "{index}")
    @MethodSource("badInput")
    void badInputIsAnsweredWithOneSentenceAndNothingIsWritten(String line, List<String> said) throws IOException {
        Files.writeString(parent.resolve("file"), "a file\n");
        Stream<String> words = line.isEmpty() ? Stream.of() : Arrays.stream(line.split(" ", -1));
        CommandLineRun run = CommandLineRun.of(
                Stream.concat(Stream.of("certs"), words.map(this::inParent)).toArray(String[]::new));

        assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines().toList()).hasSizeLessThanOrEqualTo(2);
        assertThat(run.err())
                .hasSizeLessThan(1000)
                .contains(said.stream().map(this::inParent).toList());
        assertThat(run.err()).doesNotContain("Exception in", "\tat ", "\u009b", "\u202e", "\u0000");
        try (Stream<Path> files = Files.list(parent)) {
            assertThat(files).containsExactly(parent.resolve("file"));
        }
    }

    @Test
    void anEmptyFolderNameIsNotTheCurrentFolder() {
        CommandLineRun run = CommandLineRun.of("certs", "");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("DIR is empty");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no such name")
    void whatIsInAFoldersNameDoesNotReachTheTerminal() {
        CommandLineRun run = CommandLineRun.of("certs", parent + "/a\u001b[31mb");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("a [31mb").doesNotContain("\u001b");
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "/proc is Linux's, and not even root can write there")
    void aFolderThatCannotBeWrittenIsNamed() {
        CommandLineRun run = CommandLineRun.of("certs", "/proc/certs");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .contains("/proc/certs", "cannot be written", "permission to write")
                .hasLineCount(1);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no signal to send")
    void interruptedItLeavesNothingBehind() throws Exception {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "certs",
                parent.resolve("work/certs").toString(),
                "--key-type",
                "rsa-4096"));
        IntStream.range(0, 90).forEach(n -> command.addAll(List.of("--host", "h" + n + ".test")));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(parent.resolve("printed").toFile())
                .start();
        try {
            awaitStage(process);
            new ProcessBuilder("kill", "-INT", String.valueOf(process.pid()))
                    .start()
                    .waitFor();

            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(130); // 128 and the number of SIGINT
            try (Stream<Path> left = Files.list(parent)) {
                assertThat(left).containsExactly(parent.resolve("printed"));
            }
        } finally {
            process.destroyForcibly();
        }
    }

    private void awaitStage(Process process) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Files.exists(parent.resolve("work"))) {
            assertThat(process.waitFor(10, TimeUnit.MILLISECONDS))
                    .as("ended early")
                    .isFalse();
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
    }

    private CommandLineRun make(String options) {
        CommandLineRun run = certs(options);
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        return run;
    }

    private CommandLineRun certs(String options) {
        return CommandLineRun.of(Stream.concat(
                        Stream.of("certs", folder().toString()),
                        Arrays.stream(options.split(" ")).filter(word -> !word.isEmpty()))
                .toArray(String[]::new));
    }

    private Path folder() {
        return parent.resolve("certs");
    }

    private List<String> content() throws IOException {
        try (Stream<Path> files = Files.list(folder())) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private X509Certificate leaf(String name) throws Exception {
        return Pem.certificates(Files.readString(folder().resolve(name + ".pem")))
                .get(0);
    }

    private X509Certificate authority() throws Exception {
        Trust trust = IdentityFiles.trust(folder().resolve("ca.pem"), Optional.empty());
        return trust.anchors().get(0);
    }

    private String inParent(String text) {
        return text.replace("DIR/", parent + "/");
    }
}
