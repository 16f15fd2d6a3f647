package throughline.harness.middlebox.persona;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import throughline.harness.text.Nearest;
import throughline.protocol.Excerpt;

/** The personas that come with the harness, and those that somebody wrote. */
public final class Personas {
    /** How their files end. */
    public static final String ENDING = ".persona";

    /** The files beside this class, in the order in which they are shown; {@code index} lists them. */
    private static final List<String> NAMES = index();

    private Personas() {}

    /** The names of those that come with the harness. */
    public static List<String> names() {
        return NAMES;
    }

    /** Those that come with the harness. */
    public static List<Persona> shipped() {
        return NAMES.stream().map(Personas::shipped).toList();
    }

    /** The one of this name that comes with the harness. */
    public static Optional<Persona> find(String name) {
        return NAMES.stream().filter(name::equals).findFirst().map(Personas::shipped);
    }

    /** The shipped one of this name, or the one in this file. */
    public static Persona of(String nameOrFile) throws UnusableFileException {
        Optional<Persona> shipped = find(nameOrFile);
        if (shipped.isPresent()) {
            return shipped.get();
        }
        Path path;
        try {
            path = Path.of(nameOrFile);
        } catch (InvalidPathException noPath) {
            throw unknown(nameOrFile);
        }
        if (!Files.exists(path) && !nameOrFile.contains("/") && !nameOrFile.endsWith(ENDING)) {
            throw unknown(nameOrFile);
        }
        return read(path);
    }

    /** The one in this file. */
    public static Persona read(Path path) throws UnusableFileException {
        Path last = path.getFileName();
        String name = last == null ? "persona" : last.toString();
        return PersonaReader.read(
                name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name,
                NumberedLines.of(path));
    }

    private static UnusableFileException unknown(String given) {
        List<String> near = Nearest.of(given, NAMES);
        return new UnusableFileException("no persona \"" + Excerpt.of(given) + "\"; "
                + (near.isEmpty() ? "" : "did you mean " + String.join(", ", near) + "? ") + "accepted are "
                + String.join(", ", NAMES) + ", or a file");
    }

    private static Persona shipped(String name) {
        try (InputStream in = resource(name + ENDING)) {
            return PersonaReader.read(name, NumberedLines.of(name + ENDING, in));
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot be read", e);
        } catch (UnusableFileException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> index() {
        try (InputStream in = resource("index")) {
            return NumberedLines.of("index", in).lines().stream()
                    .map(NumberedLines.Line::text)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the index of personas cannot be read", e);
        } catch (UnusableFileException e) {
            throw new IllegalStateException(e);
        }
    }

    private static InputStream resource(String name) {
        InputStream in = Personas.class.getResourceAsStream(name);
        if (in == null) {
            throw new IllegalStateException(name + " is missing from the jar");
        }
        return in;
    }
}
