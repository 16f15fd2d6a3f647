package throughline.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.certs.IdentityWriter;
import throughline.certs.TestPki;
import throughline.identity.Password;

/** Bad input: one clear sentence with what was given and what is accepted, exit code 2, no stack trace. */
class BadInputTest {
    @TempDir
    static Path folder;

    @BeforeAll
    static void writeFiles() throws Exception {
        TestPki pki = TestPki.create(InstantSource.system());
        IdentityWriter.pem(pki.client("one.test"), folder.resolve("one.pem"), folder.resolve("one.key"));
        IdentityWriter.pem(pki.client("two.test"), folder.resolve("two.pem"), folder.resolve("two.key"));
        try (Password password = Password.of("correct".toCharArray())) {
            IdentityWriter.pkcs12(pki.client("one.test"), password, folder.resolve("one.p12"));
        }
        Files.writeString(folder.resolve("wrong-password"), "wrong\n");
        Files.writeString(folder.resolve("not-a-certificate"), "hello\n");
        Files.writeString(folder.resolve("file"), "a file\n");
        Files.writeString(folder.resolve("pair"), "alice\nsesame\n");
        Files.writeString(folder.resolve("three"), "alice\nsesame\nmore\n");
        Files.writeString(folder.resolve("colon"), "al:ice\nsesame\n");
        Files.writeString(folder.resolve("other"), "machine other.test login a password b\n");
        Files.writeString(folder.resolve("default"), "default login a password b\n");
        Files.write(folder.resolve("latin"), new byte[] {'a', '\n', (byte) 0xE4});
        Files.write(folder.resolve("disk.img"), new byte[1024]);
        Files.write(folder.resolve("empty.img"), new byte[0]);
        Files.writeString(folder.resolve("old.json"), "{\"schema\": 7}");
    }

    static List<Arguments> badInput() {
        return List.of(
                arguments("matrix --topology direkt", List.of("direkt", "direct, relay, tunnel")),
                arguments("matrix --topology direct,,relay", List.of("--topology \"\"", "direct, relay")),
                arguments("matrix --certificates bad", List.of("bad", "client-expired")),
                arguments("matrix --tls 1.1", List.of("1.1", "1.2, 1.3")),
                arguments("matrix --http 3", List.of("\"3\"", "http/1.1, h2")),
                arguments("matrix --jobs 0", List.of("--jobs 0", "from 1")),
                arguments("matrix --jobs many", List.of("--jobs", "many")),
                arguments("matrix --repeat -1", List.of("--repeat -1", "from 1")),
                arguments("matrix --out DIR/file", List.of("DIR/file", "cannot be written")),
                arguments("matrix --out DIR/file/below", List.of("DIR/file/below", "cannot be written")),
                arguments("matrix --no-such-option", List.of("--no-such-option")),
                arguments("no-such-command", List.of("no-such-command")),
                arguments("explain DIR/missing.json", List.of("missing.json", "cannot be read")),
                arguments("explain DIR", List.of("cannot be read")),
                arguments("explain DIR/file", List.of("DIR/file", "not a CaseFile")),
                arguments("explain DIR/old.json", List.of("old.json")),
                arguments("explain", List.of("CASE")),
                arguments("replicate DIR/missing.img --to https://replica.test", List.of("missing.img", "disk image")),
                arguments(
                        "replicate DIR/disk.img --to http://replica.test", List.of("http://replica.test", "https://")),
                arguments("replicate DIR/disk.img --to https://replica.test/path", List.of("https://host:port")),
                arguments("replicate DIR/disk.img", List.of("--to")),
                arguments("replicate DIR/disk.img --to https://replica.test:99999", List.of("99999", "1 to 65535")),
                arguments(
                        "replicate DIR/empty.img --to https://replica.test", List.of("empty.img", "at least one byte")),
                arguments(
                        "replicate DIR/disk.img --to https://replica.test --case DIR/no/case.json",
                        List.of("no/case.json", "cannot be written")),
                arguments(
                        "replicate DIR/disk.img --to https://replica.test --cert DIR/one.p12 --password-file DIR/wrong-password",
                        List.of("one.p12", "password")),
                arguments(
                        "replicate DIR/disk.img --to https://replica.test --cert DIR/one.p12",
                        List.of("one.p12", "--password-file")),
                arguments(
                        "replicate DIR/disk.img --to https://replica.test --cert DIR/one.pem --key DIR/two.key",
                        List.of("one.pem", "key")),
                arguments(
                        "replicate DIR/disk.img --to https://replica.test --cert DIR/not-a-certificate",
                        List.of("not-a-certificate")),
                arguments(
                        "replicate DIR/disk.img --to https://replica.test --key DIR/one.key",
                        List.of("one.key", "--cert")),
                arguments(
                        "replicate DIR/disk.img --to https://replica.test --trust DIR/missing.pem",
                        List.of("missing.pem")),
                arguments(
                        "replicate DIR/disk.img --to https://replica.test --pin abc",
                        List.of("abc", "64 lower-case hexadecimal digits")),
                arguments(
                        "replicate DIR/disk.img --to https://replica.test --proxy ftp://proxy:1",
                        List.of("ftp://proxy:1", "http://host:port")),
                arguments(
                        "replicate DIR/disk.img --to https://replica.test --proxy http://proxy.test",
                        List.of("\"http://proxy.test\" without a port", "environment", "socks5h")),
                arguments(
                        "replicate DIR/disk.img --to https://replica.test --proxy direct --proxy-credentials-file DIR/file",
                        List.of("--proxy-credentials-file", "--proxy http://host:port")),
                arguments(
                        "replicate DIR/disk.img --to https://replica.test --proxy http://p.test:1,http://p.test:2,http://p.test:3",
                        List.of("more than two proxies")),
                arguments(
                        "replicate DIR/disk.img --to https://replica.test --proxy http://p.test:1 --proxy-credentials-file DIR/missing",
                        List.of("DIR/missing", "cannot be read")),
                arguments(
                        "replicate DIR/disk.img --to https://replica.test --proxy http://p.test:1 --proxy-credentials-file DIR/file,DIR/file",
                        List.of("than the 1 on the way")),
                arguments(
                        "replicate DIR/disk.img --to https://replica.test --proxy http://p.test:1,http://p.test:2 --proxy-credentials-variables A,B",
                        List.of("than the 2 on the way", "a file for each")),
                arguments(
                        "replicate DIR/disk.img --to https://replica.test --proxy http://p.test:1 --proxy-credentials-variables A",
                        List.of("USER,PASSWORD")),
                arguments(
                        "replicate DIR/disk.img --to https://replica.test --proxy http://p.test:1 --proxy-credentials-variables NO_SUCH_VARIABLE,B",
                        List.of("NO_SUCH_VARIABLE", "not set")),
                arguments(
                        "replicate DIR/disk.img --to https://replica.test --proxy http://p.test:1 --proxy-netrc DIR/file --proxy-credentials-file DIR/file",
                        List.of("--proxy-credentials-file and --proxy-netrc", "one of them")),
                arguments(
                        "replicate DIR/disk.img --to https://replica.test --proxy http://p.test:1 --proxy-authentication basic,odd",
                        List.of("odd", "negotiate, ntlm, digest, basic")),
                arguments(
                        "replicate DIR/disk.img --to https://replica.test --proxy http://p.test:1 --proxy-trust DIR/one.pem",
                        List.of("--proxy-trust", "--proxy https://host:port")),
                arguments(
                        "replicate DIR/disk.img --to https://replica.test --proxy http://p.test:1 --proxy-key DIR/one.key",
                        List.of("one.key", "--proxy-cert FILE")),
                arguments(
                        "replicate DIR/disk.img --to https://replica.test --proxy http://p.test:1 --proxy-cert DIR/not-a-certificate",
                        List.of("not spoken to in TLS")),
                arguments(
                        "status --to https://replica.test --proxy https://p.test --proxy-cert DIR/not-a-certificate",
                        List.of("not-a-certificate")),
                arguments(
                        "status --to https://replica.test --proxy http:/127.0.0.1:3128",
                        List.of("http:/127.0.0.1:3128")),
                arguments(
                        "status --to https://replica.test --proxy http://p.test:70000",
                        List.of("http://p.test:70000", "1 to 65535")),
                arguments(
                        "status --to https://replica.test --proxy pac:DIR/file --pac-proxy direct --proxy-credentials-file DIR/pair",
                        List.of("--pac-proxy direct")),
                arguments(
                        "status --to https://replica.test --proxy https://p.test --proxy-password-file DIR/pair",
                        List.of("--proxy-password-file", "--proxy-cert FILE")),
                arguments(
                        "status --to https://replica.test --proxy http://p.test:1 --proxy-authentication ntlm",
                        List.of("--proxy-authentication ntlm without credentials")),
                arguments(
                        "status --to https://replica.test --proxy system --proxy-credentials-file DIR/pair",
                        List.of("the JVM is told", "--pac-proxy http://host:port")),
                arguments(
                        "status --to https://replica.test --proxy http://p.test:1 --proxy-netrc DIR/none",
                        List.of("DIR/none cannot be read: there is no such file")),
                arguments(
                        "status --to https://replica.test --proxy http://p.test:1 --proxy-netrc DIR/other",
                        List.of("no login and password for p.test")),
                arguments(
                        "status --to https://replica.test --proxy http://p.test:1,http://q.test:1 --proxy-netrc DIR/default",
                        List.of("default entry", "machine p.test")),
                arguments(
                        "status --to https://replica.test --proxy http://p.test:1 --proxy-credentials-file DIR",
                        List.of("cannot be read: it is a folder")),
                arguments(
                        "status --to https://replica.test --proxy http://p.test:1 --proxy-credentials-file DIR/latin",
                        List.of("UTF-8")),
                arguments("verify DIR/disk.img --to https://replica.test --proxy odd", List.of("odd", "environment")),
                arguments(
                        "status --to https://replica.test --proxy pac:DIR/missing.pac",
                        List.of("missing.pac", "is no file")),
                arguments(
                        "status --to https://replica.test --proxy pac:ftp://host/p",
                        List.of("ftp://host/p", "http://host")),
                arguments(
                        "status --to https://replica.test --proxy pac:DIR/file",
                        List.of("--proxy pac:", "the PAC script")),
                arguments(
                        "status --to https://replica.test --proxy pac:DIR/file --proxy-credentials-file DIR/file",
                        List.of("--proxy-credentials-file", "--pac-proxy http://host:port")),
                arguments(
                        "status --to https://replica.test --proxy direct --pac-proxy http://p.test:1",
                        List.of("--pac-proxy", "--proxy pac:FILE-OR-URL")),
                arguments(
                        "replicate DIR/disk.img --to https://replica.test --revocation maybe",
                        List.of("maybe", "required, when-available, off")),
                arguments("replica --store DIR/store --allow a.test", List.of("--cert")),
                arguments("replica --store DIR/store --cert DIR/one.pem --key DIR/one.key", List.of("--allow")),
                arguments("replica --store DIR/file --cert DIR/one.p12 --allow a.test", List.of("DIR/file", "folder")),
                arguments(
                        "replica --store DIR/store --listen here --cert DIR/one.pem --key DIR/one.key --allow a.test",
                        List.of("here", "HOST:PORT")),
                arguments(
                        "replica --store DIR/store --cert DIR/one.pem --key DIR/one.key --allow a.*.test",
                        List.of("a.*.test", "first label")),
                arguments(
                        "replica --store DIR/store --cert DIR/one.pem --key DIR/one.key --allow a.test --limit-space lots",
                        List.of("--limit-space \"lots\"", "64MiB")),
                arguments(
                        "replica --store DIR/store --cert DIR/one.pem --key DIR/one.key --allow a.test --limit-disks 65",
                        List.of("--limit-disks", "65", "1 to 64")),
                arguments(
                        "replica --store DIR/store --cert DIR/one.pem --key DIR/one.key --allow a.test --drain never",
                        List.of("--drain \"never\"", "30s")),
                arguments(
                        "replica --store DIR/store --cert DIR/one.pem --key DIR/one.key --allow a.test --trust-group ",
                        List.of("--trust-group \"\"", "not empty")),
                arguments("replicate DIR/disk.img --to https://replica.test --every soon", List.of("soon", "30s, 5m")),
                arguments("replicate DIR/disk.img --to https://replica.test --every 0s", List.of("0s", "30s, 5m")),
                arguments(
                        "replicate DIR/disk.img --to https://replica.test --payload odd",
                        List.of("odd", "known-length, chunked")),
                arguments(
                        "replicate DIR/disk.img --to https://replica.test --transfers 0",
                        List.of("--transfers 0", "1 to 64")),
                arguments(
                        "replicate DIR/disk.img --to https://replica.test --slice 1KiB",
                        List.of("--slice \"1KiB\"", "1MiB to 1GiB")),
                arguments("replicate DIR/disk.img --to https://replica.test --rate fast", List.of("fast", "64MiB")),
                arguments(
                        "replicate DIR/disk.img DIR/disk.img --to https://replica.test",
                        List.of("the same name, \"disk.img\"")),
                arguments(
                        "replicate DIR/disk.img --machine a/b --to https://replica.test",
                        List.of("a/b", "letters, digits")),
                arguments("replicate . --to https://replica.test", List.of("\".\" is a folder")),
                arguments(
                        "status --to https://replica.test --proxy http://p.test:1 --proxy-credentials-file DIR/three",
                        List.of("DIR/three", "two lines")),
                arguments(
                        "status --to https://replica.test --proxy http://p.test:1 --proxy-credentials-file DIR/colon",
                        List.of("colon")),
                arguments("verify DIR/missing.img --to https://replica.test", List.of("missing.img", "disk image")),
                arguments("verify DIR/disk.img", List.of("--to")),
                arguments("status", List.of("--to")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badInput")
    void isAnsweredWithOneSentence(String line, List<String> said) {
        CommandLineRun run = CommandLineRun.of(words(line));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines().toList()).hasSizeLessThanOrEqualTo(2);
        assertThat(run.err()).contains(said.stream().map(BadInputTest::inFolder).toList());
        assertThat(run.err()).doesNotContain("Exception in", "\tat ");
    }

    @Test
    void aProxyPasswordOnTheCommandLineIsRefusedAndNotRepeated() {
        CommandLineRun run = CommandLineRun.of(
                words("replicate DIR/disk.img --to https://replica.test --proxy http://user:secret@proxy.test:3128"));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--proxy").doesNotContain("secret");
    }

    @Test
    void aFolderThatCannotBeWrittenIsLeftAsItWas() throws IOException {
        CommandLineRun.of(words("matrix --out DIR/file"));

        assertThat(Files.readString(folder.resolve("file"))).isEqualTo("a file\n");
    }

    private static String[] words(String line) {
        List<String> arguments = new ArrayList<>();
        for (String word : line.split(" ", -1)) {
            arguments.add(inFolder(word));
        }
        return arguments.toArray(String[]::new);
    }

    private static String inFolder(String text) {
        return text.replace("DIR", folder.toString());
    }
}
