package throughline.harness.middlebox.persona;

import java.util.List;
import java.util.Optional;
import throughline.harness.middlebox.InspectorSettings;

/**
 * A word that a persona can begin a line with.
 *
 * @param word before the colon
 * @param form how its value is written
 * @param title one line for lists
 * @param repeatable whether it may be said more than once
 * @param scope which boxes have it
 */
public record PersonaKey(String word, String form, String title, boolean repeatable, Scope scope, Setter setter) {

    /** Which boxes have it. */
    public enum Scope {
        EVERY_BOX,
        INSPECTORS
    }

    /** Sets an inspector up. */
    @FunctionalInterface
    public interface Setter {
        /**
         * As the value says.
         *
         * @throws IllegalArgumentException saying what is accepted
         */
        void set(InspectorSettings.Builder inspector, String value);
    }

    static PersonaKey general(String word, String form, String title, boolean repeatable) {
        return new PersonaKey(word, form, title, repeatable, Scope.EVERY_BOX, (inspector, value) -> {});
    }

    static PersonaKey once(String word, String form, String title, Setter setter) {
        return new PersonaKey(word, form, title, false, Scope.INSPECTORS, setter);
    }

    static PersonaKey often(String word, String form, String title, Setter setter) {
        return new PersonaKey(word, form, title, true, Scope.INSPECTORS, setter);
    }

    /** In the order of the documentation. */
    public static List<PersonaKey> all() {
        return PersonaKeys.ALL;
    }

    static Optional<PersonaKey> find(String word) {
        return all().stream().filter(key -> key.word().equals(word)).findFirst();
    }

    @Override
    public String toString() {
        return word;
    }
}
