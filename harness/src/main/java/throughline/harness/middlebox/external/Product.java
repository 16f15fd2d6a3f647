package throughline.harness.middlebox.external;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The programs that can be run, and the Debian packages that bring them. */
public enum Product {
    SQUID("squid", "squid", "squid-openssl", "-v", "Version (\\S+)"),
    MITMPROXY("mitmproxy", "mitmdump", "mitmproxy", "--version", "Mitmproxy: (\\S+)"),
    TINYPROXY("tinyproxy", "tinyproxy", "tinyproxy", "-v", "tinyproxy (\\S+)"),
    NGINX("nginx", "nginx", "nginx", "-v", "nginx/(\\S+)"),
    HAPROXY("haproxy", "haproxy", "haproxy", "-v", "version (\\d[^\\s-]*)"),
    DANTE("dante", "danted", "dante-server", "-v", "Dante v(\\d+(?:\\.\\d+)*)");

    private static final long VERSION_WITHIN_SECONDS = 20;
    private static final Map<Product, String> VERSIONS = new ConcurrentHashMap<>();

    private final String id;
    private final String program;
    private final String debianPackage;
    private final String versionOption;
    private final Pattern versionForm;

    Product(String id, String program, String debianPackage, String versionOption, String versionForm) {
        this.id = id;
        this.program = program;
        this.debianPackage = debianPackage;
        this.versionOption = versionOption;
        this.versionForm = Pattern.compile(versionForm);
    }

    /** Stable, lower case. */
    public String id() {
        return id;
    }

    /** Where the program is; absent when it is not installed. */
    public Optional<Path> program() {
        return find(program);
    }

    /** As the program says it; absent when it is not installed, "unknown" when it does not say. Asked once per process. */
    public Optional<String> version() {
        return program().map(path -> VERSIONS.computeIfAbsent(this, product -> ask(path)));
    }

    /** In one sentence, for lists and skips. */
    public String missing() {
        return program + " is not here; Debian's " + debianPackage + " brings it";
    }

    /** @throws NotHereException when it is not installed */
    Path required() {
        return program().orElseThrow(() -> new NotHereException(missing()));
    }

    /** A program of this name, also where only root looks. */
    static Optional<Path> find(String name) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.concat(Arrays.stream(path.split(":", -1)), Stream.of("/usr/sbin", "/sbin", "/usr/bin", "/bin"))
                .filter(folder -> folder.startsWith("/"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private String ask(Path path) {
        Process process;
        try {
            process = new ProcessBuilder(List.of(path.toString(), versionOption))
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            return "unknown";
        }
        try {
            process.getOutputStream().close();
            // What they say fits into the pipe.
            if (!process.waitFor(VERSION_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                return "unknown";
            }
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher matcher = versionForm.matcher(text);
            return matcher.find() ? matcher.group(1) : "unknown";
        } catch (IOException e) {
            return "unknown";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        } finally {
            process.destroyForcibly();
        }
    }
}
