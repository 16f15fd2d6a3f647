package throughline.harness.middlebox.persona;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import throughline.certs.TestPki;
import throughline.harness.middlebox.AdversityKind;
import throughline.harness.middlebox.InspectorMode;
import throughline.harness.middlebox.InspectorSettings;
import throughline.harness.middlebox.MiddleboxKind;
import throughline.harness.middlebox.persona.NumberedLines.Line;
import throughline.harness.text.Nearest;
import throughline.protocol.Excerpt;

/** Reads a persona and refuses what it cannot mean, line by line and as a whole. */
final class PersonaReader {
    private static final int LONGEST_TITLE = 120;

    private final NumberedLines file;
    private final List<Statement> statements = new ArrayList<>();
    private final Map<PersonaKey, Statement> first = new LinkedHashMap<>();
    private Optional<String> source = Optional.empty();

    private PersonaReader(NumberedLines file) {
        this.file = file;
    }

    static Persona read(String name, NumberedLines file) throws UnusableFileException {
        return new PersonaReader(file).read(name);
    }

    private Persona read(String name) throws UnusableFileException {
        for (Line line : file.lines()) {
            take(line);
        }
        Statement box = first.get(PersonaKeys.BOX);
        if (box == null) {
            throw new UnusableFileException(
                    file.file() + " says no box; accepted is a line such as \"box: inspector\"");
        }
        MiddleboxKind kind = checked(box, () -> Values.box(box.value()));
        Statement title = first.get(PersonaKeys.TITLE);
        Persona persona = new Persona(name, title == null ? name : title.value(), kind, statements);
        check(persona);
        return persona;
    }

    private void take(Line line) throws UnusableFileException {
        int colon = line.text().indexOf(':');
        String word = colon < 0 ? line.text() : line.text().substring(0, colon).strip();
        PersonaKey key = PersonaKey.find(word).orElse(null);
        if (key == null) {
            throw at(line, "\"" + Excerpt.of(word) + "\" is no key; " + meant(word));
        }
        String value = colon < 0 ? "" : line.text().substring(colon + 1).strip();
        if (value.isEmpty()) {
            throw at(line, key + " without a value; accepted is " + key + ": " + key.form());
        }
        keep(new Statement(line.number(), key, value, source));
    }

    private void keep(Statement statement) throws UnusableFileException {
        PersonaKey key = statement.key();
        Statement before = first.putIfAbsent(key, statement);
        if (before != null && !key.repeatable()) {
            throw at(statement, key + " a second time, after line " + before.line() + "; accepted is one");
        }
        if (key.equals(PersonaKeys.SOURCE)) {
            source = Optional.of(statement.value());
        } else if (key.equals(PersonaKeys.TITLE)) {
            if (statement.value().length() > LONGEST_TITLE) {
                throw at(statement, "title; accepted are up to " + LONGEST_TITLE + " characters");
            }
        } else if (!key.equals(PersonaKeys.BOX)) {
            statements.add(statement);
        }
    }

    private void check(Persona persona) throws UnusableFileException {
        InspectorSettings.Builder trial = Trial.inspector();
        for (Statement statement : persona.statements()) {
            PersonaKey key = statement.key();
            if (key.scope() == PersonaKey.Scope.INSPECTORS && !persona.inspects()) {
                throw at(statement, key + " with box " + persona.box().id() + "; accepted is it with an inspector");
            }
            checked(statement, () -> {
                key.setter().set(trial, statement.value());
                if (key.equals(PersonaKeys.ADVERSITY)) {
                    AdversityKind.parse(statement.value())
                            .refusedBy(persona.box())
                            .ifPresent(reason -> {
                                throw new IllegalArgumentException(
                                        "not at " + persona.box().id() + ": " + reason);
                            });
                }
                return statement;
            });
        }
        try {
            if (persona.inspects()) {
                trial.mode(
                        persona.box() == MiddleboxKind.INSPECTOR ? InspectorMode.EXPLICIT : InspectorMode.TRANSPARENT);
                trial.build();
            }
        } catch (IllegalArgumentException together) {
            throw new UnusableFileException(file.file() + ": " + together.getMessage());
        }
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read();
    }

    private <T> T checked(Statement statement, Reading<T> reading) throws UnusableFileException {
        try {
            return reading.read();
        } catch (IllegalArgumentException wrong) {
            throw at(statement, statement.key() + " \"" + Excerpt.of(statement.value()) + "\"; " + wrong.getMessage());
        }
    }

    private UnusableFileException at(Statement statement, String sentence) {
        return UnusableFileException.at(file.file(), statement.line(), sentence);
    }

    private UnusableFileException at(Line line, String sentence) {
        return UnusableFileException.at(file.file(), line.number(), sentence);
    }

    private static String meant(String word) {
        List<String> words = PersonaKey.all().stream().map(PersonaKey::word).toList();
        List<String> near = Nearest.of(word, words);
        return near.isEmpty()
                ? "accepted are " + String.join(", ", words)
                : "did you mean " + String.join(", ", near) + "?";
    }

    /** Keys and addresses that are good enough to see whether settings fit together. */
    private static final class Trial {
        private static final TestPki PKI = TestPki.create(InstantSource.system());

        static InspectorSettings.Builder inspector() {
            return InspectorSettings.builder((host, port) -> Optional.empty(), PKI.inspector(), PKI.trust());
        }
    }
}
