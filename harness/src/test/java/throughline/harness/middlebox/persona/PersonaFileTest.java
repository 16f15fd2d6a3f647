package throughline.harness.middlebox.persona;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.harness.middlebox.Adversity;
import throughline.harness.middlebox.MiddleboxKind;

/** What a persona or a list of adversities may say, and how it is refused. */
class PersonaFileTest {
    @TempDir
    static Path folder;

    private static Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("my.persona"), text);
    }

    /** With "; " for a line end. */
    private static String complaint(String lines) throws IOException {
        Path path = file(lines.replace("; ", "\n"));
        UnusableFileException refused = catchThrowableOfType(UnusableFileException.class, () -> Personas.read(path));
        return String.valueOf(refused.getMessage()).replace(path.toString(), "FILE");
    }

    @Test
    void aPersonSetsABoxUpWithoutCode() throws Exception {
        Persona persona = Personas.read(file("""
                # A proxy of ours.
                title: our proxy
                box: inspector-transparent
                source: seen on Monday
                when-demanded: drop
                authority: O=Ours, CN=Our CA
                source: seen on Tuesday
                adversity: slow:5:0:0
                adversity: idle:60000
                """));

        assertThat(persona.name()).isEqualTo("my");
        assertThat(persona.title()).isEqualTo("our proxy");
        assertThat(persona.box()).isEqualTo(MiddleboxKind.TRANSPARENT_INSPECTOR);
        assertThat(persona.sources()).containsExactly("seen on Monday", "seen on Tuesday");
        assertThat(persona.adversities()).extracting(Adversity::toString).containsExactly("slow:5:0:0", "idle:60000");
        assertThat(persona.authority(InstantSource.system())
                        .certificate()
                        .getSubjectX500Principal()
                        .getName())
                .isEqualTo("O=Ours,CN=Our CA");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "title: x                                | FILE says no box; accepted is a line such as \"box: inspector\"",
                "box: wall                               | FILE, line 1: box \"wall\"; accepted are relay, tunnel, socks,",
                "box: inspector; demanded.header: Content-Length: 5 | FILE, line 2: demanded.header \"Content-Length: 5\"; accepted are headers that do not say",
                "\ufeffbox: wall                         | FILE, line 1: box \"wall\"; accepted are relay, tunnel, socks,",
                "box: load-balancer                      | FILE, line 1: box \"load-balancer\"; accepted are relay,",
                "box: relay; box: tunnel                 | FILE, line 2: box a second time, after line 1; accepted is one",
                "# x; ; box: inspector; when-demandet: x | FILE, line 4: \"when-demandet\" is no key; did you mean when-demanded",
                "box: inspector; xyzzy: 1                | FILE, line 2: \"xyzzy\" is no key; accepted are title, box, source,",
                "box: inspector; when-demanded           | FILE, line 2: when-demanded without a value; accepted is when-demanded: answer-502,",
                "box: inspector; when-demanded: explode  | FILE, line 2: when-demanded \"explode\"; accepted are answer-502,",
                "box: inspector; when-demanded: escrow   | FILE, line 2: when-demanded \"escrow\"; accepted are answer-502,",
                "box: inspector; when-demanded-late: drop | FILE, line 2: when-demanded-late \"drop\"; accepted are answer-502, hang,",
                "box: inspector; probe: maybe            | FILE, line 2: probe \"maybe\"; accepted are none, unchecked, checked, required",
                "box: inspector; leaf.key: rsa-20        | FILE, line 2: leaf.key \"rsa-20\"; accepted are ec-p256,",
                "box: inspector; leaf.dates: today       | FILE, line 2: leaf.dates \"today\"; accepted are as-authority, as-replica or FROM..TO",
                "box: inspector; leaf.dates: 5d..2d      | FILE, line 2: leaf.dates \"5d..2d\"; dates that end before they begin",
                "box: inspector; leaf.authority-copies: 4 | FILE, line 2: leaf.authority-copies \"4\"; accepted is a number from 0 to 3",
                "box: inspector; http: 3                 | FILE, line 2: http \"3\"; accepted are http/1.1, h2",
                "box: inspector; forward-hello: true     | FILE, line 2: forward-hello \"true\"; accepted are yes, no",
                "box: inspector; exempt: a:443           | FILE, line 2: exempt \"a:443\"; accepted is a host name or an address",
                "box: inspector; header.request: Connection: x | FILE, line 2: header.request \"Connection: x\"; accepted are headers that do not say",
                "box: inspector; exempt: a b             | FILE, line 2: exempt \"a b\"; accepted is a host name or an address",
                "box: inspector; authority: Fortinet     | FILE, line 2: authority \"Fortinet\"; accepted is a name such as",
                "box: inspector; header.answer: none     | FILE, line 2: header.answer \"none\"; accepted is NAME: VALUE",
                "box: inspector; header.answer: A B: c   | FILE, line 2: header.answer \"A B: c\"; header \"A B: c\"; accepted are a token and a text",
                "box: inspector; demanded.answer: 200 OK | FILE, line 2: demanded.answer \"200 OK\"; a status of 200; accepted is one from 400 to 599",
                "box: inspector; demanded.answer: Sorry  | FILE, line 2: demanded.answer \"Sorry\"; accepted is STATUS REASON, such as 502 Bad Gateway",
                "box: inspector; demanded.page: no {hots} | FILE, line 2: demanded.page \"no {hots}\"; the placeholder {hots}; accepted are {host}, {port}",
                "box: inspector; demanded.header: X: {} {host} {prot} | FILE, line 2: demanded.header \"X: {} {host} {prot}\"; the placeholder {prot}; accepted are {host}, {port}",
                "box: inspector; demanded.answer: 502 {Host} | FILE, line 2: demanded.answer \"502 {Host}\"; the placeholder {Host}; accepted are {host}, {port}",
                "box: inspector; longest-declared: 4 GB  | FILE, line 2: longest-declared \"4 GB\"; accepted is BYTES STATUS REASON",
                "box: inspector; adversity: vanish       | FILE, line 2: adversity \"vanish\"; adversity \"vanish\"; accepted are refuse:STATUS",
                "box: tunnel; adversity: limit-body:5    | FILE, line 2: adversity \"limit-body:5\"; not at tunnel: it passes bytes",
                "box: relay; leaf.key: ec-p256           | FILE, line 2: leaf.key with box relay; accepted is it with an inspector",
                "box: inspector-transparent; when-demanded: refuse-connect | FILE: refuse-connect with a transparent inspector",
                "box: inspector; http: h2; buffer-bodies: yes | FILE: HTTP/2 with changed headers, buffered or limited bodies",
                "box: inspector; header.remove: Content-Length | FILE, line 2: header.remove \"Content-Length\"; accepted are headers that do not say",
            })
    void aMistakeIsRefusedWithFileLineAndWhatIsAccepted(String lines, String reason) throws IOException {
        assertThat(complaint(lines)).startsWith(reason);
    }

    @Test
    void sizesAreLimited() throws IOException {
        assertThat(complaint("# " + "x".repeat(NumberedLines.LONGEST_LINE)))
                .isEqualTo("FILE, line 1: longer than 2000 characters; accepted is a shorter one");
        assertThat(complaint("\n".repeat(NumberedLines.MOST_LINES)))
                .isEqualTo("FILE has more than 1000 lines; accepted is a shorter file");
        assertThat(complaint("#".repeat(NumberedLines.MOST_BYTES + 1)))
                .isEqualTo("FILE is longer than 65536 bytes; accepted is a shorter file");
    }

    @Test
    void whatIsNoTextIsRefused() throws IOException {
        Path path = Files.write(folder.resolve("not-text"), "box: \u00e9".getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> Personas.read(path)).hasMessage(path + " is not UTF-8; accepted is a text file");
        assertThatThrownBy(() -> Personas.of("no/such/file"))
                .hasMessage("no/such/file cannot be read (NoSuchFileException); accepted is a text file");
    }

    @Test
    void anUnknownNameSuggestsTheNearest() {
        assertThatThrownBy(() -> Personas.of("squid-bmup"))
                .isInstanceOf(UnusableFileException.class)
                .hasMessageStartingWith("no persona \"squid-bmup\"; did you mean squid-bump")
                .hasMessageEndingWith("or a file");
    }

    static List<Persona> shipped() {
        return Personas.shipped();
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void everyStatementOfAShippedOneHasASource(Persona persona) {
        assertThat(persona.statements())
                .isNotEmpty()
                .allMatch(statement -> statement.source().isPresent());
        assertThat(persona.sources())
                .allMatch(source -> source.startsWith("https://")
                        || source.startsWith("http://certsrv.ru/")
                        || source.startsWith("recorded with ")
                        || source.startsWith("docs/")
                        || source.startsWith("Microsoft virtualization team blog"));
    }

    @Test
    void adversitiesAreReadInTheirOrder() throws Exception {
        Path path = Files.writeString(
                folder.resolve("bad-day"), "# a bad day\n\n  slow:20:5:0\ncut:4096:to-replica\r\nflip:1:to-client\n");

        assertThat(AdversityFile.read(path))
                .extracting(Adversity::toString)
                .containsExactly("slow:20:5:0", "cut:4096:to-replica", "flip:1:to-client");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "# only this            | FILE has no adversity; accepted is one a line, such as cut:4096:to-replica",
                "idle:5; vanish         | FILE, line 2: adversity \"vanish\"; accepted are refuse:STATUS",
                "# x; cut:5:sideways    | FILE, line 2: adversity \"cut:5:sideways\": no direction \"sideways\"; accepted are",
                "idle:5 idle:6          | FILE, line 1: adversity \"idle:5 idle:6\"; accepted is idle:MILLISECONDS",
                "idle:0                 | FILE, line 1: adversity \"idle:0\": a time in milliseconds of 0; accepted is one from 1",
            })
    void aMistakeInAListIsRefusedWithItsLine(String lines, String reason) throws IOException {
        Path path = Files.writeString(folder.resolve("list"), lines.replace("; ", "\n"));

        assertThatThrownBy(() -> AdversityFile.read(path))
                .isInstanceOf(UnusableFileException.class)
                .satisfies(refused -> assertThat(
                                String.valueOf(refused.getMessage()).replace(path.toString(), "FILE"))
                        .startsWith(reason));
    }
}
