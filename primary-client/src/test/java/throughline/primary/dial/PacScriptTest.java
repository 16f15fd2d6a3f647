package throughline.primary.dial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.primary.dial.ProxySettings.Hop;
import throughline.primary.dial.ProxySettings.HttpConnect;

class PacScriptTest {
    @TempDir
    Path folder;

    /** Afterwards the engine is loaded, and a short limit is one for the script. */
    @BeforeAll
    static void runOnce(@TempDir Path other) throws IOException {
        PacScript.of(script("return 'DIRECT';", other.resolve("proxy.pac"))).settings("host.test", 443);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'DIRECT'                                     | direct
            null                                         | direct
            ''                                           | direct
            'PROXY p.test:8080'                          | p.test:8080
            'HTTP p.test:8080'                           | p.test:8080
            'proxy p.test:8080'                          | p.test:8080
            'PROXY p.test'                               | p.test:80
            'PROXY 192.0.2.1:8080'                       | 192.0.2.1:8080
            'PROXY [2001:db8::1]:8080'                   | [2001:db8::1]:8080
            'HTTPS p.test:8443'                          | https://p.test:8443
            'HTTPS p.test'                               | https://p.test:443
            'SOCKS p.test:1080'                          | socks5h://p.test:1080
            'SOCKS5 p.test:1081'                         | socks5h://p.test:1081
            'PROXY a.test:1; PROXY b.test:2; DIRECT'     | a.test:1 or b.test:2 or direct
            ' PROXY a.test:1 ;;DIRECT; '                 | a.test:1 or direct
            'PROXY a.test:1; PROXY a.test:1'             | a.test:1
            'QUIC q.test:1; PROXY a.test:1'              | a.test:1
            'PROXY a.test:99999; PROXY b.test:1'         | b.test:1
            'PROXY user:secret@a.test:1; DIRECT'         | direct
            """)
    void anAnswerIsAWay(String answer, String way) throws Exception {
        ProxySettings settings = script("return " + answer + ";").settings("host.test", 443);

        assertThat(settings.address().orElse("direct")).isEqualTo(way);
    }

    @ParameterizedTest
    @CsvSource({
        "host.test, 443, https://host.test/ host.test",
        "host.test, 8443, https://host.test:8443/ host.test",
        "2001:db8::1, 8443, https://[2001:db8::1]:8443/ 2001:db8::1",
    })
    void itIsAskedAsABrowserAsks(String host, int port, String asked) {
        assertThatThrownBy(() -> script("throw url + ' ' + host;").settings(host, port))
                .isInstanceOf(PacException.class)
                .hasMessage("the PAC script failed: " + asked);
    }

    /** As they are in companies: without declared variables, with functions of their own beside the given ones. */
    @Test
    void aScriptOfManyYearsRuns() throws Exception {
        PacScript script = PacScript.of(Files.writeString(folder.resolve("proxy.pac"), """
                        var proxies = ["a.test:1", "b.test:2"];
                        function isPlainHostName(host) { return host == "plain.test"; }
                        function FindProxyForURL(url, host) {
                          ip = dnsResolve(host);
                          alert("seen " + ip);
                          if (isPlainHostName(host)) return "DIRECT";
                          if (isInNet(ip, "10.0.0.0", "255.0.0.0") && shExpMatch(url, "https://*.test:8443/*"))
                            return proxies.map(function (p) { return "PROXY " + p; }).join("; ");
                          return "PROXY " + dnsDomainLevels(host) + ".test:3";
                        }
                        """))
                .resolver(host -> List.of(InetAddress.getByAddress(host, new byte[] {10, 0, 0, 7})));

        assertThat(script.settings("host.test", 8443).address()).contains("a.test:1 or b.test:2");
        assertThat(script.settings("plain.test", 8443).address()).isEmpty();
        assertThat(script.settings("host.test", 8444).address()).contains("1.test:3");
    }

    /** What a name resolves to, and null where it does not, as the text of JavaScript. */
    @Test
    void functionsGiveTextsNumbersTruthsAndNull() {
        assertThatThrownBy(
                        () -> script("throw [dnsResolve('10.0.0.1'), dnsResolve('nobody.test'), dnsDomainLevels('a.b'),"
                                        + " isPlainHostName('a'), typeof isPlainHostName('a'), weekdayRange('SUN', 'SAT'),"
                                        + " isPlainHostName(), typeof myIpAddress()].map(String).join(' ');")
                                .settings("host.test", 443))
                .hasMessage("the PAC script failed: 10.0.0.1 null 1 true boolean true true string");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "return 7;",
                "return undefined;",
                "return {};",
                "return ['DIRECT'];",
                "return 'garbage';",
                "return 'PROXY';",
                "return 'PROXY a b c';",
                "return '\\u0000\\uffff';",
                "return 'PROXY ' + 'a'.repeat(70000) + ':1; DIRECT';",
                "throw new Error('no');",
                "throw {toString: function () { throw 1; }};",
                "return nothing.there;",
                "Promise.reject(1); return 1;",
            })
    void whatIsNoAnswerIsOneSentence(String body) {
        assertThatThrownBy(() -> script(body).settings("host.test", 443))
                .isInstanceOf(PacException.class)
                .hasMessageMatching("the PAC script .{5,300}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "function (", "var FindProxyForURL = 7;", "<html>Not found</html>", "\u0000"})
    void whatIsNoScriptIsOneSentence(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("proxy.pac"), text);

        assertThatThrownBy(() -> PacScript.of(file).settings("host.test", 443))
                .isInstanceOf(PacException.class)
                .hasMessageMatching("the PAC script .{5,300}");
    }

    /** The limit is short for those that have no end; the others end by the limit of memory or stack. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "while (true) {}",
                "while (true) { try { while (true) {} } catch (e) {} }",
                "[].indexOf.call({length: 9007199254740991}, 1);",
                "/^(a+)+$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab');",
                "while (true) console.log('printed without an end');",
                "new Array(4294967295).fill(0);",
                "var s = 'x'; while (true) s += s;",
                "return 'x'.repeat(1 << 29);",
                "var l = []; while (true) l.push(new Array(10000).join('abc'));",
                "var f = function () { return f() + 1; }; return f();",
                "JSON.parse('['.repeat(100000));",
                "eval('('.repeat(100000));",
                "return String(2n ** 1000000n ** 1000n);",
                "while (true) isInNet(host, '10.0.0.0', '255.0.0.0');",
            })
    void whatHasNoEndIsEnded(String body) throws Exception {
        assertThatThrownBy(() -> script(body).limit(Duration.ofMillis(200)).settings("host.test", 443))
                .isInstanceOf(PacException.class)
                .hasMessageMatching("the PAC script .{5,300}");

        assertNoThreadIsLeft();
    }

    /** A look-up is waited for no longer than the script as a whole. */
    @Test
    void namesThatAreNeverAnsweredDoNotHoldIt() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        PacScript script = script("isResolvable('a.test'); isResolvable('b.test'); return 'DIRECT';")
                .limit(Duration.ofMillis(300))
                .resolver(host -> {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return List.of();
                });

        assertThatThrownBy(() -> script.settings("host.test", 443)).hasMessage("the PAC script did not end in 300 ms");
        assertNoThreadIsLeft();
    }

    @Test
    void tenThousandAnswersAreTenAtMost() throws Exception {
        ProxySettings settings = script(
                        "var l = []; for (var i = 0; i < 3000; i++) l.push('PROXY p' + i + '.test:1'); return l.join(';');")
                .settings("host.test", 443);

        assertThat(settings.ways()).hasSize(10);
        assertThatThrownBy(() ->
                        script("return 'PROXY proxy.test:1;'.repeat(10000);").settings("host.test", 443))
                .hasMessageContaining("more than the 65536 characters");
    }

    /** Neither Java nor files, modules, sockets, nor what the engine is given besides. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "java.lang.System.exit(1)",
                "Packages.java.lang.System.exit(1)",
                "require('fs')",
                "std.open('/etc/passwd')",
                "os.exec(['true'])",
                "fetch('http://127.0.0.1/')",
                "new XMLHttpRequest()",
                "load('/etc/passwd')",
                "FindProxyForURL.constructor.constructor('return java')()",
                "java_invoke('throughline', 'call', '[]')",
                "pac.call('getClass', [])[0]",
            })
    void nothingOutsideIsReached(String expression) {
        assertThatThrownBy(() -> script("return 'PROXY ' + typeof (" + expression + ") + ':1';")
                        .settings("host.test", 443))
                .isInstanceOf(PacException.class);
    }

    @Test
    void standardInputIsNotItsOwn() {
        assertThatThrownBy(() ->
                        script("throw Javy.IO.readSync(0, new Uint8Array(9));").settings("host.test", 443))
                .hasMessage("the PAC script failed: 0");
    }

    @Test
    void oneScriptLeavesNothingToTheNext() throws Exception {
        script("globalThis.kept = 1; pac.kept = 1; Array.prototype.map = null; return 'DIRECT';")
                .settings("host.test", 443);

        assertThatThrownBy(() -> script("throw typeof kept + typeof pac.kept + typeof [].map;")
                        .settings("host.test", 443))
                .hasMessage("the PAC script failed: undefinedundefinedfunction");
    }

    /** Credentials belong to a proxy that the settings name, never to one that a script does. */
    @Test
    void onlyTheVeryProxyThatTheSettingsNameHasItsCredentials() throws Exception {
        Hop named = new HttpConnect("p.test", 8080, ProxyAuthentication.of(new ProxyCredentials("alice", "sesame")));
        PacScript script = script("return 'PROXY P.test:8080; PROXY p.test:8081; PROXY p2.test:8080; HTTPS p.test:8080;"
                        + " SOCKS p.test:8080; PROXY p.test.:8080; DIRECT';")
                .knowing(named);

        ProxySettings settings = script.settings("host.test", 443);

        assertThat(settings.hops())
                .filteredOn(hop -> hop.authentication().isConfigured())
                .containsExactly(named);
        assertThat(settings.hops()).hasSize(6);
        assertThat(settings.hasCredentials()).isTrue();
    }

    @Test
    void aFileOfOneMebibyteIsTheLargest() throws Exception {
        String text = "function FindProxyForURL(url, host) { return 'DIRECT'; }\n";
        Path file = Files.writeString(folder.resolve("proxy.pac"), text + " ".repeat((1 << 20) - text.length()));
        assertThat(PacScript.of(file).settings("host.test", 443)).isEqualTo(ProxySettings.direct());

        Files.writeString(file, text + " ".repeat((1 << 20) - text.length() + 1));
        assertThatThrownBy(() -> PacScript.of(file).settings("host.test", 443))
                .hasMessage("the PAC script " + file + " has more than the 1048576 bytes that are accepted");
    }

    @Test
    void aFileInLatin1OrWithAByteOrderMarkIsRead() throws Exception {
        Path file = folder.resolve("proxy.pac");
        String text = "/* f\u00fcr */ function FindProxyForURL(url, host) { return 'PROXY p.test:1'; }";
        for (byte[] bytes : List.of(
                text.getBytes(StandardCharsets.ISO_8859_1), ("\ufeff" + text).getBytes(StandardCharsets.UTF_8))) {
            Files.write(file, bytes);
            assertThat(PacScript.of(file).settings("host.test", 443).address()).contains("p.test:1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing.pac", "."})
    void aFileThatIsNoneIsNamed(String name) {
        assertThatThrownBy(() -> PacScript.of(folder.resolve(name)).settings("host.test", 443))
                .isInstanceOf(PacException.class)
                .hasMessageContaining(name)
                .hasMessageContaining("is no file");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://host/proxy.pac",
                "data:text/plain,x",
                "http:proxy.pac",
                "http://user:secret@host/p",
                "http:// /"
            })
    void otherAddressesAreRefused(String address) {
        assertThatThrownBy(() -> PacScript.parse(address))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("accepted is a file, or an address")
                .hasMessageNotContaining("secret");
    }

    @Test
    void aFileMayBeNamedByAnAddress() throws Exception {
        Path file = script("return 'PROXY p.test:1';", folder.resolve("proxy.pac"));

        assertThat(PacScript.parse(file.toUri().toString())
                        .settings("host.test", 443)
                        .address())
                .contains("p.test:1");
        assertThat(PacScript.parse(file.toString()).settings("host.test", 443).address())
                .contains("p.test:1");
    }

    /** Everything of this program but the optional artifact is on the class path. */
    @Test
    void withoutTheArtifactOneSentenceNamesIt() throws Exception {
        Path file = script("return 'DIRECT';", folder.resolve("proxy.pac"));
        URL[] without = Arrays.stream(classPath().split(java.io.File.pathSeparator))
                .filter(entry -> !entry.contains("quickjs4j"))
                .map(PacScriptTest::url)
                .toArray(URL[]::new);
        try (URLClassLoader loader = new URLClassLoader(without, ClassLoader.getPlatformClassLoader())) {
            Class<?> type = loader.loadClass(PacScript.class.getName());
            Object script = type.getMethod("of", Path.class).invoke(null, file);

            assertThatThrownBy(() ->
                            type.getMethod("settings", String.class, int.class).invoke(script, "host.test", 443))
                    .rootCause()
                    .isInstanceOf(ClassNotFoundException.class);
            assertThatThrownBy(() ->
                            type.getMethod("settings", String.class, int.class).invoke(script, "host.test", 443))
                    .cause()
                    .hasMessage(
                            "a PAC script is run by the artifact io.roastedroot:quickjs4j:0.1.0, which is optional and"
                                    + " not on the class path; add it");
        }
    }

    /** Surefire puts a jar that names them in place of the entries. */
    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private static URL url(String entry) {
        try {
            return Path.of(entry).toUri().toURL();
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private PacScript script(String body) {
        try {
            return PacScript.of(script(body, folder.resolve("proxy.pac")));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path script(String body, Path file) throws IOException {
        return Files.writeString(file, "function FindProxyForURL(url, host) {\n" + body + "\n}\n");
    }

    private static void assertNoThreadIsLeft() throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("throughline-pac")) {
                thread.join(20_000);
                assertThat(thread.isAlive()).isFalse();
            }
        }
    }
}
