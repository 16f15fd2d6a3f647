package throughline.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** A shell in a folder, for lines that people are told to paste. */
record Shell(Path folder) {
    /** Where servers are installed, which is not on everybody's path. */
    private static final String PATH = System.getenv("PATH") + ":/usr/sbin:/sbin";

    record Printed(int exitCode, String text) {}

    /** Skips the test where the program is missing. */
    static void require(String program, String debianPackage) {
        boolean installed = Arrays.stream(PATH.split(File.pathSeparator))
                .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
        assumeTrue(installed, program + " is not installed (Debian package: " + debianPackage + ")");
    }

    /** Standard output and error as one text; ended after a minute. */
    Printed run(String line) throws IOException, InterruptedException {
        Path printed = Files.createTempFile("throughline-shell-", ".txt");
        Process process = start(line, printed.toFile());
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(line).isTrue();
            // Releases of openssl print "CN = x" or "CN=x".
            String text = new String(Files.readAllBytes(printed), StandardCharsets.UTF_8).replace(" = ", "=");
            return new Printed(process.exitValue(), text);
        } finally {
            process.destroyForcibly();
            Files.delete(printed);
        }
    }

    String succeed(String line) throws IOException, InterruptedException {
        Printed printed = run(line);
        assertThat(printed.exitCode()).as("%s\n%s", line, printed.text()).isZero();
        return printed.text();
    }

    /** In the background; the caller ends it. */
    Process start(String line, File printed) throws IOException {
        // exec: the process is the program's own, and ending it leaves nothing behind.
        String command = line.contains("|") || line.startsWith("(") ? line : "exec " + line;
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(printed);
        builder.environment().put("PATH", Path.of(System.getProperty("java.home"), "bin") + ":" + PATH);
        builder.environment()
                .keySet()
                .removeIf(name -> name.toLowerCase(Locale.ROOT).endsWith("_proxy"));
        return builder.start();
    }
}
