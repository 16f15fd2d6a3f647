package throughline.identity;

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

/** The openssl command in one folder, and keytool: the other implementations that our reading is held against. */
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
        return execute("openssl", arguments);
    }

    String keytool(String arguments) {
        return execute(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), arguments);
    }

    /** NAME.key and NAME.pem: a certificate signed by itself, subject CN=NAME. */
    OpenSsl selfSigned(String name, String newKey) {
        run("req -x509 -nodes -days 1 -newkey " + newKey + " -keyout " + name + ".key -out " + name + ".pem -subj /CN="
                + name);
        return this;
    }

    /** NAME.key and NAME.pem, issued by ISSUER. */
    OpenSsl issued(String name, String issuer, boolean authority) {
        run("req -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -keyout " + name + ".key -out " + name
                + ".csr -subj /CN=" + name);
        write(name + ".ext", "basicConstraints=critical,CA:" + (authority ? "TRUE" : "FALSE") + "\n");
        run("x509 -req -days 1 -in " + name + ".csr -CA " + issuer + ".pem -CAkey " + issuer + ".key -extfile " + name
                + ".ext -out " + name + ".pem");
        return this;
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    String text(String name) {
        try {
            return Files.readString(file(name));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    Path write(String name, String text) {
        return write(name, text.getBytes(StandardCharsets.UTF_8));
    }

    Path write(String name, byte[] bytes) {
        try {
            return Files.write(file(name), bytes);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    private String execute(String program, String arguments) {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(arguments.split(" ")));
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as("%s\n%s", command, output).isZero();
            return output;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
