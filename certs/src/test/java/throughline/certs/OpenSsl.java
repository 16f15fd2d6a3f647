package throughline.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The openssl command in one folder, and keytool: the other implementations that what we write is held against. */
final class OpenSsl {
    private final Path folder;

    private OpenSsl(Path folder) {
        this.folder = folder;
    }

    static OpenSsl in(Path folder) {
        boolean installed = Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(place -> Files.isExecutable(Path.of(place, "openssl")));
        assumeTrue(installed, "openssl is not installed (Debian package: openssl)");
        return new OpenSsl(folder);
    }

    /** Arguments separated by single spaces; standard output and error as one text. */
    String run(String arguments) {
        return execute("openssl", arguments, true);
    }

    /** What {@code openssl verify} says, be it a refusal. */
    String verify(String arguments) {
        return execute("openssl", "verify " + arguments, false);
    }

    String keytool(String arguments) {
        return execute(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), arguments, true);
    }

    private String execute(String program, String arguments, boolean succeeds) {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(arguments.split(" ")));
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exit = process.waitFor();
            if (succeeds) {
                assertThat(exit).as("%s\n%s", command, output).isZero();
            }
            // Releases of openssl print "CN = x" or "CN=x".
            return output.replace(" = ", "=");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
